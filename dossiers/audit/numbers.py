"""Slips are numbered without gaps: a number that is missing is a slip taken out."""

from collections.abc import Iterator

from django.db.models import Count, Max

from accounts.models import Agency
from dossiers.audit.chain import Finding
from dossiers.models import Counter, Slip, SlipKind


def verify_numbers() -> Iterator[Finding]:
    """The first number missing of each unit, form and year. The counters are read first, as slips
    may be issued meanwhile; who sets the counter back as well takes the last slips unseen."""
    counters = Counter.objects.filter(scope__startswith="slip/")
    told = counters.values_list("scope", "period", "value")
    last = {(scope, period): value for scope, period, value in told}
    numbered = Slip.objects.exclude(number=None).order_by("agency", "kind", "period")
    runs = numbered.values_list("agency", "kind", "period").annotate(Count("pk"), Max("number"))
    for agency, kind, period, number, highest in runs:
        if number < max(highest, last.pop((f"slip/{agency}/{kind}", period), 0)):
            yield _missing(agency, kind, period, _first_gap(agency, kind, period))
    for scope, period in sorted(key for key, value in last.items() if value):
        _, agency, kind = scope.split("/")
        yield _missing(int(agency), kind, period, 1)


def _first_gap(agency: int, kind: str, period: str) -> int:
    numbers = Slip.objects.filter(agency=agency, kind=kind, period=period, number__isnull=False)
    expected = 1
    for number in numbers.order_by("number").values_list("number", flat=True).iterator():
        if number != expected:
            break
        expected += 1
    return expected


def _missing(agency: int, kind: str, period: str, number: int) -> Finding:
    code = Agency.objects.filter(pk=agency).values_list("code", flat=True).first()
    whose = f"{code or agency}, năm {period}"
    return Finding(whose, Slip._meta.db_table, None, f"mất số {number} của “{_title(kind)}”")


def _title(kind: str) -> str:
    return str(SlipKind(kind).label) if kind in SlipKind.values else kind
