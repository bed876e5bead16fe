import pytest

from tests.notices.smtp import MailServer


@pytest.fixture(autouse=True)
def outbox(settings):
    """Mails become rows, as in the running portal."""
    settings.EMAIL_BACKEND = "notices.mail.OutboxBackend"


@pytest.fixture
def server(settings):
    """A real mail server; MAIL_TRANSPORT speaks SMTP to it."""
    server = MailServer()
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 2
    yield server
    server.stop()
