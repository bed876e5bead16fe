"""Whatever lies in the archive, a figure's dossiers are found through an index."""

from datetime import date, datetime

import pytest
from django.db import connection

from dossiers.models import Dossier
from dossiers.register import Period
from reports.figures import FAMILIES, Span, counted
from tests.factories import VN

pytestmark = [pytest.mark.pg, pytest.mark.django_db]
MARCH = Span.of(Period(date(2026, 3, 1), date(2026, 3, 31)), datetime(2026, 3, 20, tzinfo=VN))


def plan_of(family):
    with connection.cursor() as cursor:
        # Never dearer than an index, however few rows the table has.
        cursor.execute("SET LOCAL enable_seqscan = off")
    return counted(Dossier.objects.order_by(), family, MARCH).explain()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_reads_an_index(family):
    plan = plan_of(family)
    assert "Seq Scan on dossiers_dossier" not in plan, plan


def test_without_its_index_what_was_withdrawn_is_looked_for_everywhere_twin():
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX dossier_withdrawn_at")
    assert "Seq Scan on dossiers_dossier" in plan_of("withdrawn")
