"""A draft of Cúc's, and her at a test client."""

import pytest

from procedures import actions
from tests.factories import MORNING
from tests.procedures.records import a_record


@pytest.fixture
def draft(cuc):
    return actions.new_draft(a_record(), by=cuc, at=MORNING)


@pytest.fixture
def browser(client, cuc):
    client.force_login(cuc)
    return client
