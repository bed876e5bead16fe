"""What lies still in the agencies somebody leads and those below: every line leads to its dossier,
where the reader works on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.desk import desk_of
from accounts.roles import Role
from accounts.tree import with_below
from dossiers import watching
from dossiers.models import Dossier, RegisterVolume, Slip
from dossiers.views.officer_access import officers_only, shell
from dossiers.watching import Bounds, Kind
from portal.lib.web import AuthenticatedRequest

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Line:
    """Of a dossier, or of a desk's register (`named`); `again`: where it is made anew."""

    dossier: Any
    since: datetime | None
    said: str = ""
    named: str = ""
    desk: str = ""
    again: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    hint: str
    lines: list[Line]
    number: int
    queue: str = ""

    @property
    def more(self) -> int:
        """Others, beyond SHOWN."""
        return self.number - len(self.lines)


@require_safe
@officers_only
def stuck(request: AuthenticatedRequest) -> HttpResponse:
    """As many queries, whatever lies there."""
    agencies = with_below(desk_of(request.user).agencies_as(Role.LEADER, Role.SYSADMIN))
    if not agencies:
        raise PermissionDenied("Trang này dành cho lãnh đạo và quản trị hệ thống.")
    mine, of = watching.seen_by(agencies), watching.bounds(timezone.now())
    sections = [_section(kind, of, mine) for kind in (watching.APOLOGIES, *watching.KINDS)]
    sections.append(_dead(agencies))
    shown = [line.dossier.pk for one in sections for line in one.lines if line.dossier]
    opened = Dossier.objects.at_desk_of(request.user).filter(pk__in=shown)
    context = shell(
        request,
        opened=set(opened.values_list("pk", flat=True)),
        sections=[section for section in sections if section.lines],
        clear=[section.title for section in sections if not section.lines],
    )
    return render(request, "dossiers/officer/stuck.html", context)


def _section(kind: Kind, of: Bounds, mine: Q) -> Section:
    found = kind.found(of).filter(mine)
    named = found.with_names().select_related("assignee", "desk_agency")
    rows = list(named[: SHOWN + 1])
    lines = [
        Line(row, getattr(row, kind.since), row.assignee.full_name if row.assignee else "")
        for row in rows[:SHOWN]
    ]
    number = found.count() if len(rows) > SHOWN else len(rows)
    return Section(kind.key, kind.title, kind.hint, lines, number, kind.queue)


def _dead(agencies: frozenset[int]) -> Section:
    found = watching.dead(agencies)
    lines = [
        Line(
            one.dossier,
            one.at,
            f"{one.what}: {one.why}" if one.dossier else one.why,
            one.what,
            one.desk.name,
            _again(one.row),
        )
        for one in found[:SHOWN]
    ]
    hint = "Hệ thống đã thử nhiều lần không được; cần người xem lý do."
    return Section(watching.DEAD, watching.DEAD_TITLE, hint, lines, len(found))


def _again(row: Slip | RegisterVolume | None) -> str:
    if row is None:
        return ""
    name = "slip-again" if isinstance(row, Slip) else "register-again"
    return reverse(name, args=[row.public_id])
