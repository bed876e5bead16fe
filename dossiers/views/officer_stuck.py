"""What lies still in the agencies somebody leads and those below: every line leads to its dossier,
where the reader works on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.desk import desk_of
from accounts.roles import Role
from accounts.tree import with_below
from dossiers import watching
from dossiers.models import Dossier
from dossiers.views.officer_access import officers_only, shell
from dossiers.watching import Bounds, Kind
from portal.lib.web import AuthenticatedRequest

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Line:
    dossier: Any
    since: datetime | None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    hint: str
    lines: list[Line]
    more: bool  # there are others, beyond SHOWN

    @property
    def number(self) -> str:
        return f"{len(self.lines)}{'+' if self.more else ''}"


@require_safe
@officers_only
def stuck(request: AuthenticatedRequest) -> HttpResponse:
    """As many queries, whatever lies there."""
    agencies = with_below(desk_of(request.user).agencies_as(Role.LEADER, Role.SYSADMIN))
    if not agencies:
        raise PermissionDenied("Trang này dành cho lãnh đạo và quản trị hệ thống.")
    mine, of = watching.seen_by(agencies), watching.bounds(timezone.now())
    sections = [_section(kind, of, mine) for kind in (watching.APOLOGIES, *watching.KINDS)]
    sections.append(_dead(mine))
    shown = [line.dossier.pk for section in sections for line in section.lines]
    opened = Dossier.objects.at_desk_of(request.user).filter(pk__in=shown)
    context = shell(
        request,
        opened=set(opened.values_list("pk", flat=True)),
        sections=[section for section in sections if section.lines],
        clear=[section.title for section in sections if not section.lines],
    )
    return render(request, "dossiers/officer/stuck.html", context)


def _section(kind: Kind, of: Bounds, mine: Q) -> Section:
    found = kind.found(of).filter(mine).with_names().select_related("assignee", "desk_agency")
    rows = list(found[: SHOWN + 1])
    lines = [
        Line(row, getattr(row, kind.since), row.assignee.full_name if row.assignee else "")
        for row in rows[:SHOWN]
    ]
    return Section(kind.key, kind.title, kind.hint, lines, len(rows) > SHOWN)


def _dead(mine: Q) -> Section:
    found = watching.dead(mine)
    lines = [Line(one.dossier, one.at, f"{one.what}: {one.why}") for one in found[:SHOWN]]
    hint = "Hệ thống đã thử nhiều lần không được; cần người xem lý do."
    return Section(watching.DEAD, watching.DEAD_TITLE, hint, lines, len(found) > SHOWN)
