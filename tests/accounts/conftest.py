"""Mails become rows, as in the running portal (pytest-django would keep them in memory)."""

import pytest


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "notices.mail.OutboxBackend"
