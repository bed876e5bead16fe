"""Papers to hand out are asked for here, and made ready before anybody asks."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from accounts.models import Agency
from portal.lib.outbox import hint
from procedures import handouts
from procedures.models import Handout, HandoutKind, Procedure, ProcedureVersion, Service

# A former version's papers go when nobody can still be looking at its page.
KEPT = timedelta(days=7)
A_TURN = 50


def ask_handout(
    version: ProcedureVersion, kind: str, *, case_key: str, agency: Agency | None, at: datetime
) -> Handout:
    """The paper's row, before those nobody waits for; the one there is when it was asked for
    already. The others of the version are made ready behind it."""
    row = _row(version, kind, case_key, agency, at)
    row.asked = True
    Handout.objects.bulk_create([row], ignore_conflicts=True)
    Handout.objects.filter(key=row.key, asked=False).update(asked=True, available_at=at)
    prepare(version, at=at)
    hint("procedures.tasks.render_handouts")
    return Handout.objects.get(key=row.key)


def prepare(version: ProcedureVersion, *, at: datetime) -> None:
    """The slip of each case and the blank form: rows for the worker, each once."""
    keys = version.cases.values_list("key", flat=True)
    rows = [_row(version, HandoutKind.GUIDANCE, key, None, at) for key in keys]
    if version.form_fields:
        rows.append(_row(version, HandoutKind.BLANK, "", None, at))
    Handout.objects.bulk_create(rows, ignore_conflicts=True)


def prepare_missing(*, at: datetime) -> int:
    """Of procedures somebody takes in, a few at a time; how many versions."""
    made = Handout.objects.filter(version=OuterRef("current"), layout=handouts.LAYOUT)
    taken = Service.objects.filter(procedure=OuterRef("pk"), active=True)
    missing = Procedure.objects.published().filter(Exists(taken), ~Exists(made))
    found = missing.select_related("current").defer("search_fold", "current__eform")
    rows = list(found.order_by("-popularity", "pk")[:A_TURN])
    for procedure in rows:
        if procedure.current:
            prepare(procedure.current, at=at)
    return len(rows)


def drop_old(now: datetime) -> int:
    """Rows of former versions and layouts; their files are orphans from then on."""
    current = Procedure.objects.filter(current=OuterRef("version"))
    stale = Q(layout__lt=handouts.LAYOUT) | ~Exists(current)
    return Handout.objects.filter(stale, created_at__lt=now - KEPT).delete()[0]


def _row(
    version: ProcedureVersion, kind: str, case_key: str, agency: Agency | None, at: datetime
) -> Handout:
    return Handout(
        key=handouts.key_of(version, kind, case_key, agency),
        kind=kind,
        version=version,
        case_key=case_key,
        agency=agency,
        layout=handouts.LAYOUT,
        available_at=at,
    )
