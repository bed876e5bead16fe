"""People who keep the catalogue, and a draft of theirs. Tests may name their own."""

import pytest

from procedures import actions
from tests import factories
from tests.factories import MORNING
from tests.procedures.records import a_record


@pytest.fixture
def cuc(db):
    """Writes procedures."""
    return factories.an_officer("Vi Thị Cúc", "cuc@example.vn", "catalogue", factories.an_agency())


@pytest.fixture
def dung(db):
    """Writes and approves them."""
    return factories.an_officer("Lê Dũng", "dung@example.vn", "catalogue", factories.an_agency())


@pytest.fixture
def draft(cuc):
    return actions.new_draft(a_record(), by=cuc, at=MORNING)


@pytest.fixture
def browser(client, cuc):
    client.force_login(cuc)
    return client
