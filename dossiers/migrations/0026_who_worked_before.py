"""Slice by slice, each by itself: nothing waits for the whole, and broken off it begins anew."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

_PUT_DOWN = (3, 5, 6, 7, 8, 9, 10)
_AT_DECIDING_AGENCY = (7, 8)
_SLICE = 20_000


def remember(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """From what happened before the columns were there: who acted for the one-stop desk last, who
    had a step last (a specialist's first), and who holds what was put down."""
    model = apps.get_model("dossiers", "Dossier")
    filed = model.objects.exclude(status=0)
    last = filed.order_by("-pk").values_list("pk", flat=True).first() or 0
    received, worked = _received(apps), _worked(apps)
    for start in range(0, last + 1, _SLICE):
        rows = filed.filter(pk__gt=start, pk__lte=start + _SLICE)
        rows.update(received_by=received, worked_by=worked)
        held = rows.filter(status__in=_PUT_DOWN, assignee__isnull=False)
        held.filter(status__in=_AT_DECIDING_AGENCY).update(worked_by=F("assignee"))
        held.exclude(status__in=_AT_DECIDING_AGENCY).update(received_by=F("assignee"))


def _received(apps: Apps) -> Subquery:
    return _actor(apps, "reception")


def _worked(apps: Apps) -> Coalesce:
    runs = apps.get_model("dossiers", "StepRun").objects
    had = runs.filter(dossier=OuterRef("pk"), assignee__isnull=False).exclude(outcome="undone")
    latest = had.order_by("-number").values("assignee")
    specialist = Subquery(latest.filter(role="specialist")[:1])
    return Coalesce(
        specialist,
        Subquery(latest[:1]),
        _actor(apps, "specialist"),
        _actor(apps, "leader", "clerk"),
    )


def _actor(apps: Apps, *roles: str) -> Subquery:
    events = apps.get_model("dossiers", "Event").objects
    theirs = events.filter(dossier=OuterRef("pk"), actor__in=roles, by__isnull=False)
    return Subquery(theirs.order_by("-seq").values("by")[:1])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("dossiers", "0025_queue_columns")]

    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
