"""One procedure's page, from a published version or from a record nobody has published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from procedures import levels
from procedures.files import Files, files_by_id, files_of, named_in
from procedures.models import (
    Channel,
    ChannelKind,
    Procedure,
    ProcedureVersion,
    ResultType,
    Sector,
    Service,
)
from procedures.pages import papers as _papers
from procedures.pages.desks import Desk, desks_of, services_of
from procedures.pages.estimates import seconds_of, time_to_file
from procedures.pages.folding import PAGE_BYTES, UNLIMITED
from procedures.pages.papers import CaseView, FileLink
from procedures.pages.reading import parts_in_force
from procedures.pages.rows import fee_words, main_channel
from procedures.pages.texts import Item, Texts, Whole, whole_of
from procedures.pages.ways import Way
from procedures.records import parts_of
from procedures.records.building import Parts, version_fields
from procedures.reference import LEVEL_WORDS, RETURN_WORDS


@dataclass(frozen=True, slots=True)
class Linked:
    """Another procedure; no `url` where we do not have it."""

    code: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """Everything of one procedure page. `can_file`: some agency takes it online;
    `takes_post`: papers may be sent in. Texts are cut
    so that the page stays light; what is cut stands at `whole_url` or at the case's address."""

    procedure: Procedure
    version: ProcedureVersion
    offer: levels.Offer
    level_text: str
    channel: Channel | None
    whole: Whole
    cases: list[CaseView]
    papers_to_have: list[str]
    form_titles: list[str]
    form_files: list[FileLink]
    samples: list[FileLink]
    media: list[FileLink]
    related: list[Linked]
    chained: list[Linked]
    desks: list[Desk]
    can_file: bool
    takes_post: bool
    time: str  # to fill it in
    result_types: list[ResultType] = field(repr=False)

    @property
    def ways(self) -> list[Way]:
        return self.whole.ways

    @property
    def steps(self) -> list[Item]:
        return self.whole.steps

    @property
    def texts(self) -> Texts:
        return self.whole.texts

    @property
    def is_published(self) -> bool:
        return not self.version._state.adding

    @property
    def whole_url(self) -> str:
        return reverse("procedure-whole", args=[self.procedure.code])

    @property
    def cost_text(self) -> str:
        """What the main way costs, before anybody starts; with when and where it is paid."""
        fees = list(self.channel.fees.all()) if self.channel else []
        text = fee_words(self.channel)
        if len(fees) == 1 and fees[0].amount:
            text += f", thu {str(fees[0].get_collected_display()).lower()}"
        return f"{text}, nộp tại quầy" if self.is_paid and not self.offer.pays_online else text

    @property
    def is_paid(self) -> bool:
        """Something may be due: a sum, or what a note says."""
        fees = self.channel.fees.all() if self.channel else ()
        return any(fee.amount is None or fee.amount for fee in fees)

    @property
    def return_ways(self) -> set[str]:
        named = {way for result in self.result_types for way in result.returns}
        return set(self.offer.returns & (named or {"desk"}) or {"desk"})

    @property
    def returns(self) -> list[str]:
        """Ways the result may come back at this level, in words."""
        return [words for way, words in RETURN_WORDS.items() if way in self.return_ways]

    @property
    def common_hours(self) -> str:
        """Of all desks, when they are the same."""
        hours = {desk.hours for desk in self.desks}
        return hours.pop() if len(hours) == 1 else ""

    @property
    def by_post(self) -> bool:
        return "post" in self.return_ways


def page_of(procedure: Procedure, *, whole: bool = False) -> ProcedurePage:
    """Needs `current` and `sector` selected; eight more queries whatever the size. `whole`
    cuts nothing but the papers, which have addresses of their own."""
    version = procedure.current
    assert version is not None
    return page_from(
        procedure,
        version,
        parts_in_force(version),
        services=services_of(procedure),
        others=_others(procedure, [*version.related, *version.chained]),
        files=files_of(version),
        whole=whole,
    )


def page_of_record(record: Mapping[str, Any], procedure: Procedure | None = None) -> ProcedurePage:
    """The page a record (in normal form) would have once it is published; nothing is saved.
    `procedure` is the one it would be a version of, None for a new one."""
    # A copy: the caller's row keeps the name it has in force.
    shown = Procedure(
        pk=procedure.pk if procedure else None,
        code=record["code"],
        name=record["name"],
        sector=Sector(name=record["sector"], slug=""),
    )
    now = timezone.now()
    version = ProcedureVersion(
        procedure=shown,
        number=0,
        effective_from=timezone.localdate(now),
        published_at=now,
        **version_fields(record),
    )
    return page_from(
        shown,
        version,
        parts_of(record, version),
        services=services_of(shown) if shown.pk else [],
        others=_others(shown, [*record["related"], *record["chained"]]),
        files=files_by_id(named_in(record)),
        whole=True,
    )


def page_from(
    procedure: Procedure,
    version: ProcedureVersion,
    parts: Parts,
    *,
    services: Iterable[Service] = (),
    others: Iterable[Procedure] = (),
    files: Files | None = None,
    whole: bool = False,
) -> ProcedurePage:
    """The page of these rows, saved or not. A page of unsaved ones is never cut: its parts
    have no addresses."""
    saved, given, offered = not version._state.adding, files or {}, list(services)
    known = {other.code: _linked(other) for other in others}
    url = reverse("procedure-whole", args=[procedure.code]) if saved else ""
    told = whole_of(version, parts, UNLIMITED if whole or not saved else PAGE_BYTES, url=url)
    left = told.left_for_papers if saved else UNLIMITED
    return ProcedurePage(
        procedure=procedure,
        version=version,
        offer=levels.offer(version.level),
        level_text=LEVEL_WORDS[version.level],
        channel=main_channel(parts.channels),
        whole=told,
        cases=_papers.cases_of(procedure.code, parts.cases, given, left, own_address=saved),
        papers_to_have=_to_have(parts),
        form_titles=_form_titles(parts),
        form_files=_papers.form_files(parts.cases, given),
        samples=_papers.samples_of(parts.cases, given),
        media=_media(version, given),
        related=_named(version.related, known) + _only_linked(version, known),
        chained=_named(version.chained, known),
        desks=desks_of(offered, version),
        can_file=_can_file(offered, version),
        takes_post=any(way.kind == ChannelKind.POST for way in parts.channels),
        time=time_to_file(seconds_of(version), parts.cases),
        result_types=parts.result_types,
    )


def _can_file(services: list[Service], version: ProcedureVersion) -> bool:
    """A draft nobody takes in yet shows the level it is to have."""
    offered = [service.level for service in services]
    if not offered and version._state.adding:
        offered = [version.level]
    return any(levels.offer(level).file_online for level in offered)


def _to_have(parts: Parts) -> list[str]:
    """Mandatory files of the first case: what to have ready before filing online."""
    needs = [n for n in parts.cases[0].requirements.all() if not n.is_note] if parts.cases else []
    names = [need.name for need in needs if need.mandatory and need.online == "upload"]
    return [_clipped(name) for name in names[:12]]


def _clipped(text: str, most: int = 300) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rsplit(" ", 1)[0] + "…"


def _form_titles(parts: Parts) -> list[str]:
    """Forms the papers name, each once."""
    needs = [need for case in parts.cases for need in case.requirements.all()]
    return list(dict.fromkeys(_clipped(n.form_title) for n in needs if n.form_title))[:20]


def _media(version: ProcedureVersion, files: Files) -> list[FileLink]:
    found = []
    words = {"video": "Video", "image": "Hình ảnh", "document": "Tài liệu"}
    for item in version.media:
        if file := files.get(item["file"]):
            found.append(_papers.file_link(file, item["title"], item.get("text", "")))
        elif item["url"]:
            kind, text = words[item["kind"]], item.get("text", "")
            found.append(FileLink(item["title"], item["url"], kind, "", "", text=text))
    return found


def _others(procedure: Procedure, codes: list[str]) -> list[Procedure]:
    """Those it names and those that name it, published only; one query."""
    asked = Q(code__in=codes)
    if procedure.pk:
        links = Procedure.related.through._default_manager.filter(from_procedure=procedure.pk)
        asked |= Q(pk__in=links.values("to_procedure"))
    found = Procedure.objects.published().filter(asked).exclude(code=procedure.code)
    return list(found.only("code", "name").order_by("code")[:200])


def _linked(other: Procedure) -> Linked:
    return Linked(other.code, _clipped(other.name), reverse("procedure", args=[other.code]))


def _named(codes: list[str], known: Mapping[str, Linked]) -> list[Linked]:
    return [known.get(code) or Linked(code, "", "") for code in codes]


def _only_linked(version: ProcedureVersion, known: Mapping[str, Linked]) -> list[Linked]:
    said = {*version.related, *version.chained}
    return [link for code, link in known.items() if code not in said]
