"""Migrations run over a desk's dossiers, not over empty tables only."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from dossiers.actions import holding
from dossiers.models import Dossier
from tests import factories
from tests.dossiers import officer_pages as pages

WITHOUT_WHOSE = "0022_volume_content"


def migrate(name: str) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([("dossiers", name)])


@pytest.mark.pg
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_whose_a_claimed_dossier_is_comes_through():
    binh, lan, service = factories.binh(), factories.lan(), factories.a_service()
    asked = pages.ask(factories.a_filed(binh, service), lan)
    holding.claim(asked, by=lan, at=timezone.now())
    (latest,) = (name for app, name in MigrationExecutor(connection).loader.graph.leaf_nodes()
                 if app == "dossiers")  # fmt: skip
    try:
        migrate(WITHOUT_WHOSE)
    finally:
        migrate(latest)
    again = Dossier.objects.get(pk=asked.pk)
    assert (again.assignee, again.received_by) == (lan, lan)
