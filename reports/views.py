"""The manager's figures: the table with its chart, the list behind a number, what is taken away."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.desk import desk_of
from accounts.tree import with_below
from dossiers.models import Dossier
from dossiers.views.officer_access import officers_only, shell
from portal.lib import workbook
from portal.lib.web import AuthenticatedRequest, keyset_page
from reports import lists, policies
from reports.figures import CAME, FIGURES, WENT, Figure, Span, behind
from reports.forms import FiguresForm, presets
from reports.tables import GROUPS, Group, Table, of_agencies, of_key, table

PAGE = 50
BARS = 12
# Columns of the table in their groups, as the statutory report has them.
BLOCKS = (
    ("Tiếp nhận", ("received", "online", "desk", "post", "carried")),
    ("Đã giải quyết", ("solved", "early", "on_time", "late", "no_term")),
    ("Đang giải quyết", ("open", "within", "late_3", "late_10", "late_more",
                         "waits_additions", "waits_stop", "waits_money")),
    ("Trả, rút, bổ sung", ("returned", "withdrawn", "withdrawn_later", "ended", "refused",
                           "added", "second", "rounds")),
)  # fmt: skip
COLUMNS = [FIGURES[key] for _, keys in BLOCKS for key in keys]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for, checked."""

    form: FiguresForm
    agencies: frozenset[int]
    group: Group
    query: str  # the same choice as the end of an address

    @property
    def span(self) -> Span:
        return Span.of(self.form.period, timezone.now())


def _asked(request: AuthenticatedRequest) -> Asked:
    allowed = policies.agencies_of(request.user)
    if not allowed:
        raise PermissionDenied("Số liệu dành cho lãnh đạo và người quản lý của cơ quan.")
    form = FiguresForm(request.GET, agencies=allowed, today=timezone.localdate())
    group = GROUPS.get(request.GET.get("nhom", ""), GROUPS["co-quan"])
    chosen = form.data.get("don_vi", "") if form.is_valid() else ""
    agencies = with_below([int(chosen)]) & allowed if chosen else allowed
    kept = {name: form.data[name] for name in ("tu", "den", "don_vi") if form.data.get(name)}
    return Asked(form, agencies, group, urlencode(kept))


@require_safe
@officers_only
def page(request: AuthenticatedRequest) -> HttpResponse:
    asked = _asked(request)
    context: dict[str, Any] = {
        "form": asked.form,
        "group": asked.group,
        "tabs": [
            {"text": one.title, "url": f"?nhom={one.key}&{asked.query}",
             "current": one is asked.group}
            for one in GROUPS.values()
        ],
        "presets": [
            (title, urlencode({"tu": first, "den": last, "nhom": asked.group.key,
                               "don_vi": asked.form.data.get("don_vi", "")}))
            for title, first, last in presets(timezone.localdate())
        ],
    }  # fmt: skip
    if asked.form.is_valid():
        found = table(asked.agencies, asked.group, asked.span)
        context |= _shown(found, asked)
    return render(request, "reports/figures.html", shell(request, **context))


def _shown(found: Table, asked: Asked) -> dict[str, Any]:
    base = f"{reverse('report-list')}?nhom={asked.group.key}&{asked.query}"
    return {
        "table": found,
        "period": asked.form.period.words,
        "past": asked.span.past,
        "query": f"nhom={asked.group.key}&{asked.query}",
        "columns": COLUMNS,
        "blocks": [(title, len(keys)) for title, keys in BLOCKS],
        "cards": [
            (title, [(FIGURES[key], found.total[key], f"{base}&so={key}") for key in keys])
            for title, keys in BLOCKS
        ],
        "lines": [
            (row.name, [(c, row.numbers[c.key], f"{base}&so={c.key}&muc={row.key}")
                        for c in COLUMNS])
            for row in found.rows
        ],
        "bars": _bars(found),
        "figures": FIGURES.values(),
        "came": [FIGURES[key].title.lower() for key in CAME],
        "went": [FIGURES[key].title.lower() for key in WENT],
    }  # fmt: skip


def _bars(found: Table) -> list[dict[str, Any]]:
    """How the terms were kept, by group: widths out of the longest bar's 100."""
    kept = [
        (row.name, row.numbers["early"], row.numbers["on_time"] + row.numbers["no_term"],
         row.numbers["late"])
        for row in found.rows if row.numbers["solved"]
    ]  # fmt: skip
    kept.sort(key=lambda one: -sum(one[1:]))
    longest = max((sum(one[1:]) for one in kept), default=1)
    bars = []
    for name, *numbers in kept[:BARS]:
        widths = [round(100 * number / longest, 2) for number in numbers]
        starts = [0, widths[0], round(widths[0] + widths[1], 2)]
        parts = list(zip(starts, widths, ("early", "on-time", "late"), strict=True))
        bars.append({"name": name, "numbers": numbers, "parts": parts})
    return bars


@dataclass(frozen=True, slots=True)
class Wanted:
    """One number of a table."""

    figure: Figure
    key: str  # of the group, "" for the sum
    mine: QuerySet[Dossier]

    def name(self, group: Group) -> str:
        return group.names({int(self.key)}).get(int(self.key), "") if self.key else ""


def _wanted(request: AuthenticatedRequest, asked: Asked) -> Wanted:
    figure = FIGURES.get(request.GET.get("so", ""))
    key = request.GET.get("muc", "")
    if figure is None or (key and not (key.isascii() and key.isdigit() and len(key) < 18)):
        raise Http404("Không có số liệu này.")
    mine = of_agencies(asked.agencies)
    if key:
        mine = of_key(mine, asked.group, key)
        if not mine.exists():  # nobody reads the name of what is none of their own
            raise Http404("Không có số liệu này.")
    return Wanted(figure, key, mine)


@require_safe
@officers_only
def listing(request: AuthenticatedRequest) -> HttpResponse:
    """The dossiers that one number counts."""
    asked = _asked(request)
    wanted = _wanted(request, asked)
    back = f"nhom={asked.group.key}&{asked.query}"
    if not asked.form.is_valid():
        return redirect(f"{reverse('reports')}?{back}")
    span = asked.span
    rows = lists.rows_of(wanted.mine, wanted.figure, span)
    cursor = request.GET.get("sau")
    context = {
        "figure": wanted.figure,
        "of": wanted.name(asked.group),
        "total": behind(wanted.mine, wanted.figure, span).count(),
        "page": keyset_page(rows, order=("-pk",), cursor=cursor, size=PAGE),
        "cursor": cursor,
        "opens": desk_of(request.user).dossier_agencies,
        "period": asked.form.period.words,
        "due_title": lists.due_title(wanted.figure, span),
        "sorry": lists.SORRY.lower(),
        "most": lists.MOST,
        "query": back,
        "sheet": f"{back}&so={wanted.figure.key}" + (f"&muc={wanted.key}" if wanted.key else ""),
    }
    return render(request, "reports/list.html", shell(request, **context))


@require_safe
@officers_only
def list_sheet(request: AuthenticatedRequest) -> HttpResponseBase:
    """The dossiers of one number as XLSX, row by row."""
    asked = _asked(request)
    wanted = _wanted(request, asked)
    if not asked.form.is_valid():
        return redirect(f"{reverse('reports')}?nhom={asked.group.key}&{asked.query}")
    figure, span, period = wanted.figure, asked.span, asked.form.period
    of = wanted.name(asked.group)
    lead = (f"{figure.title}{f': {of}' if of else ''}, {period.words}", figure.how)
    rows = lists.lines(lists.rows_of(wanted.mine, figure, span))
    book = workbook.xlsx(
        "Hồ sơ", rows, head=lists.head(figure, span), lead=lead, widths=lists.WIDTHS
    )
    name = f"ho-so-{figure.key}-{period.first:%Y%m%d}-{period.last:%Y%m%d}.xlsx"
    return FileResponse(book, as_attachment=True, filename=name, content_type=workbook.XLSX)


@require_safe
@officers_only
def export(request: AuthenticatedRequest, ending: str) -> HttpResponseBase:
    """The table as it stands on the page."""
    asked = _asked(request)
    if not asked.form.is_valid():
        return redirect(f"{reverse('reports')}?{asked.query}")
    found, period = table(asked.agencies, asked.group, asked.span), asked.form.period
    head = (asked.group.title, *(figure.title for figure in COLUMNS))
    rows = [(row.name, *(row.numbers[c.key] for c in COLUMNS)) for row in found.rows]
    rows.append(("Cộng", *(found.total[c.key] for c in COLUMNS)))
    name = f"so-lieu-{asked.group.key}-{period.first:%Y%m%d}-{period.last:%Y%m%d}.{ending}"
    if ending == "csv":
        answer = StreamingHttpResponse(
            workbook.csv_lines([head, *rows]), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    lead = (f"Số liệu giải quyết hồ sơ {period.words}",)
    book = workbook.xlsx("Số liệu", rows, head=head, lead=lead, widths=(48,))
    return FileResponse(book, as_attachment=True, filename=name, content_type=workbook.XLSX)
