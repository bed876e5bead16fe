"""What dossiers.watching looks for is read from indexes, whatever else lies in the table."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Agency
from dossiers import watching
from dossiers.actions import silence
from dossiers.models import Dossier
from dossiers.workflow import Status
from tests import factories

pytestmark = [pytest.mark.pg, pytest.mark.django_db]
TABLE = "Seq Scan on dossiers_dossier"


@pytest.fixture
def steps_due(crowd):
    """A twentieth is late at its step; nearly all that is finished is fresh."""
    now = timezone.now()
    working = Dossier.objects.filter(status=Status.PROCESSING)
    working.update(step_due_at=now + timedelta(days=9))
    late = working.values("pk")[:20]
    Dossier.objects.filter(pk__in=list(late.values_list("pk", flat=True))).update(
        step_due_at=now - timedelta(days=9)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dossiers_dossier")
        # Never dearer than an index, however few rows the table has.
        cursor.execute("SET LOCAL enable_seqscan = off")


def plan_of(kind, agencies):
    of = watching.bounds(timezone.now())
    return kind.found(of).filter(watching.seen_by(agencies)).with_names()[:101].explain()


@pytest.mark.parametrize("kind", [*watching.KINDS, watching.APOLOGIES], ids=lambda kind: kind.key)
@pytest.mark.usefixtures("steps_due")
def test_a_section_of_the_page_reads_an_index(kind):
    plan = plan_of(kind, [factories.an_agency().pk])
    assert TABLE not in plan and "dossier_" in plan, plan


@pytest.mark.parametrize("kind", watching.KINDS[:2], ids=lambda kind: kind.key)
@pytest.mark.usefixtures("steps_due")
def test_the_sweep_reads_an_index(kind):
    desks = list(Agency.objects.values_list("pk", flat=True))
    late = kind.found(watching.bounds(timezone.now())).filter(desk_agency__in=desks)
    plan = late.explain()
    assert TABLE not in plan and "desk_agency_id" in plan[plan.index("Index Cond") :], plan


@pytest.mark.usefixtures("steps_due")
def test_without_its_index_a_late_step_is_looked_for_everywhere_twin():
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX dossier_step_due")
    plan = plan_of(watching.KINDS[1], [factories.an_agency().pk])
    assert "dossier_step_due" not in plan


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.usefixtures("steps_due")
def test_who_waits_in_silence_is_found_by_an_index(turn):
    found = silence._candidates(timezone.now())[turn].order_by("heard_at", "pk")
    plan = found[: silence.PAGE].explain()
    assert TABLE not in plan and "dossier_" in plan, plan
