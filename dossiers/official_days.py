"""Public holidays and make-up days, seeded from the `holidays` package."""

from collections.abc import Iterable

from django.db import transaction

from dossiers.models import NonWorkingDay
from dossiers.models.nonworking import DayKind
from portal.lib.text import nfc

YEARS = range(2025, 2031)


@transaction.atomic
def load_days(years: Iterable[int] = YEARS) -> int:
    """Days of the years that have none yet; how many were written.

    A year with any row is left alone: the table is edited after the official notice, and
    a day somebody took out must not come back.
    """
    known = {day.year for day in NonWorkingDay.objects.dates("date", "year")}
    wanted = [year for year in years if year not in known]
    if not wanted:
        return 0
    import holidays  # a second to import

    found = holidays.country_holidays("VN", years=wanted, language="vi")
    rows = [
        NonWorkingDay(date=day, kind=DayKind.OFF, name=nfc(name)[:120])
        for day, name in sorted(found.items())
        if day.year in wanted
    ]
    rows += [
        NonWorkingDay(date=day, kind=DayKind.MAKEUP, name="Ngày làm bù")
        for day in sorted(found.weekend_workdays)
        if day.year in wanted
    ]
    return len(NonWorkingDay.objects.bulk_create(rows))
