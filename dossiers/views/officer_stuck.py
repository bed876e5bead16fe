"""What lies still in the agencies somebody leads and those below: every line leads to its dossier,
where the reader works on it. Specialists, who draft the apologies, have the list of those due."""

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

from accounts.desk import Desk, desk_of
from accounts.roles import Role
from accounts.tree import with_below
from dossiers import watching
from dossiers.models import Dossier, RegisterVolume, Slip
from dossiers.models.dossier import DossierQuerySet
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
    desk = desk_of(request.user)
    if not may_open(desk):
        raise PermissionDenied(
            "Trang này dành cho lãnh đạo, chuyên viên thụ lý và quản trị hệ thống."
        )
    agencies = with_below(desk.agencies_as(Role.LEADER, Role.SYSADMIN))
    of = watching.bounds(timezone.now())
    mine = watching.seen_by(agencies) if agencies else Q(pk__in=())
    sections = [_section(watching.APOLOGIES, _near(request.user, of, agencies, mine))]
    if agencies:
        sections += [_section(kind, kind.found(of).filter(mine)) for kind in watching.KINDS]
        sections.append(_dead(agencies))
    shown = [line.dossier.pk for one in sections for line in one.lines if line.dossier]
    opened = Dossier.objects.at_desk_of(request.user).filter(pk__in=shown)
    context = shell(
        request,
        opened=set(opened.values_list("pk", flat=True)),
        leads=bool(agencies),
        sections=[section for section in sections if section.lines],
        clear=[section.title for section in sections if not section.lines],
    )
    return render(request, "dossiers/officer/stuck.html", context)


def may_open(desk: Desk) -> bool:
    return bool(desk.agencies_as(Role.LEADER, Role.SYSADMIN, Role.SPECIALIST))


def _near(user: Any, of: Bounds, agencies: frozenset[int], mine: Q) -> DossierQuerySet:
    """Due soon: of the agencies somebody leads (`mine`), and where they work on what is not their
    own."""
    near = watching.apologies(of)
    drafted = desk_of(user).agencies_as(Role.SPECIALIST) - agencies
    if not drafted:
        return near.filter(mine)
    return near.filter(mine | watching.drafted_at(drafted)).apart_from(user)


def _section(kind: Kind, found: DossierQuerySet) -> Section:
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
