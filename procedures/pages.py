"""What catalogue pages show, put together from a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Agency
from procedures import levels
from procedures.models import (
    Channel,
    ChannelKind,
    Fee,
    LegalBasis,
    Procedure,
    ProcedureCase,
    ProcedureVersion,
    Requirement,
    ResultType,
    Service,
    Step,
    TimeUnit,
)
from procedures.reference import LEVEL_WORDS, RETURN_WORDS


def _dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".") + "\u00a0đ"


def fee_words(channel: Channel | None) -> str:
    """What one way of filing costs, on one line. Lines are never added up: in some
    procedures only one of them applies (vehicle plates, radiation licences)."""
    if channel is None:
        return ""
    lines = list(channel.fees.all())
    if any(fee.amount is None for fee in lines):
        return "Có thu phí theo quy định"
    amounts = sorted({fee.amount for fee in lines if fee.amount is not None})
    if not any(amounts):
        return "Không mất phí"
    if len(amounts) == 1:
        return _dong(amounts[0])
    low, high = _dong(amounts[0]), _dong(amounts[-1])
    return f"Đến {high}, tùy trường hợp" if amounts[0] == 0 else f"{low} – {high}, tùy trường hợp"


def time_words(channel: Channel | None) -> str:
    """The time limit in short; the whole sentence stands on the procedure's page."""
    if channel is None:
        return ""
    if channel.unit == TimeUnit.NONE or channel.time is None:
        return channel.time_text
    return f"{channel.time} {channel.get_unit_display()}"


def main_channel(channels: Iterable[Channel]) -> Channel | None:
    """Online where there is such a way, else the first named."""
    found = list(channels)
    online = [channel for channel in found if channel.kind == ChannelKind.ONLINE]
    return next(iter(online or found), None)


@dataclass(frozen=True, slots=True)
class Row:
    """A procedure in a list."""

    name: str
    code: str
    url: str
    level_text: str
    agency: str
    time_text: str
    fee_text: str


def row_of(procedure: Procedure) -> Row:
    """Needs `current__channels__fees` prefetched."""
    version = procedure.current
    assert version is not None
    channel = main_channel(version.channels.all())
    return Row(
        name=procedure.name,
        code=procedure.code,
        url=reverse("procedure", args=[procedure.code]),
        level_text=LEVEL_WORDS[version.level],
        agency=version.executing_text,
        time_text=time_words(channel),
        fee_text=fee_words(channel),
    )


@dataclass(frozen=True, slots=True)
class Desk:
    """A place that takes dossiers in, with what it offers when that differs."""

    agency: Agency
    hours: str
    level_text: str
    level_reason: str


def _hours(agency: Agency) -> str:
    return ", ".join(f"{start}–{end}" for start, end in agency.opening_hours)


@dataclass(frozen=True, slots=True)
class FeeLine:
    """`amount` in đồng; None when the note says what is due."""

    title: str
    amount: int | None
    collected: str
    note: str
    exemption: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way of filing. `fees_as` names an earlier way with the very same fees, so that
    long exemptions are not read three times."""

    kind: str
    time_text: str
    description: str
    fees: list[FeeLine]
    fees_as: str

    @property
    def shared_note(self) -> str:
        """What every one of several lines says, to be read once."""
        return _shared([fee.note for fee in self.fees])

    @property
    def shared_exemption(self) -> str:
        return _shared([fee.exemption for fee in self.fees])


def _shared(texts: list[str]) -> str:
    return texts[0] if len(texts) > 1 and len(set(texts)) == 1 else ""


def ways_of(channels: list[Channel]) -> list[Way]:
    found: list[Way] = []
    for channel in channels:
        fees = [_line(fee) for fee in channel.fees.all()]
        same = next((way.kind for way in found if way.fees == fees), "")
        kind = channel.get_kind_display()
        found.append(Way(kind, channel.time_text, channel.description, fees, same))
    return found


def _line(fee: Fee) -> FeeLine:
    kind = str(fee.get_kind_display())
    title = fee.name if fee.name.lower().startswith(kind.lower()) else f"{kind}: {fee.name}"
    exemption = fee.exemption.removeprefix("Miễn:").strip()
    return FeeLine(title, fee.amount, str(fee.get_collected_display()), fee.note, exemption)


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """Everything of one procedure page. `can_file`: some agency takes it online."""

    procedure: Procedure
    version: ProcedureVersion
    offer: levels.Offer
    level_text: str
    cases: list[ProcedureCase]
    channels: list[Channel]
    steps: list[Step]
    legal_bases: list[LegalBasis]
    results: list[ResultType]
    related: list[Procedure]
    desks: list[Desk]
    can_file: bool

    @property
    def channel(self) -> Channel | None:
        return main_channel(self.channels)

    @property
    def ways(self) -> list[Way]:
        return ways_of(self.channels)

    @property
    def cost_text(self) -> str:
        """What the main way costs, before anybody starts; with when and where it is paid."""
        fees = list(self.channel.fees.all()) if self.channel else []
        text = fee_words(self.channel)
        if len(fees) == 1 and fees[0].amount:
            text += f", thu {str(fees[0].get_collected_display()).lower()}"
        paid = any(fee.amount for fee in fees)
        return f"{text}, nộp tại quầy" if paid and not self.offer.pay_online else text

    @property
    def returns(self) -> list[str]:
        """Ways the result may come back at this level, in words."""
        named = {way for result in self.results for way in result.returns}
        allowed = self.offer.returns & (named or {"desk"}) or {"desk"}
        return [words for way, words in RETURN_WORDS.items() if way in allowed]

    @property
    def papers_to_have(self) -> list[str]:
        """Mandatory files of the first case: what to have ready before filing online."""
        needs = self.cases[0].requirements.all() if self.cases else ()
        return [need.name for need in needs if need.mandatory and need.online == "upload"]

    @property
    def form_titles(self) -> list[str]:
        """Forms the papers name, each once."""
        needs: list[Requirement] = [n for case in self.cases for n in case.requirements.all()]
        return list(dict.fromkeys(need.form_title for need in needs if need.form_title))


def page_of(procedure: Procedure) -> ProcedurePage:
    """Needs `current` and `sector` selected; nine more queries whatever the size."""
    version = procedure.current
    assert version is not None
    services = list(
        Service.objects.open()
        .filter(procedure=procedure)
        .select_related("receiving_agency")
        .order_by("receiving_agency__level", "receiving_agency__name")
    )
    return ProcedurePage(
        procedure=procedure,
        version=version,
        offer=levels.offer(version.level),
        level_text=LEVEL_WORDS[version.level],
        cases=list(version.cases.prefetch_related("requirements")),
        channels=list(version.channels.prefetch_related("fees")),
        steps=list(version.steps.all()),
        legal_bases=list(version.legal_bases.all()),
        results=list(version.result_types.all()),
        related=list(procedure.related.published().only("code", "name")),
        desks=[_desk(service, version) for service in services],
        can_file=any(levels.offer(service.level).file_online for service in services),
    )


def _desk(service: Service, version: ProcedureVersion) -> Desk:
    other = service.level != version.level
    return Desk(
        agency=service.receiving_agency,
        hours=_hours(service.receiving_agency),
        level_text=LEVEL_WORDS[service.level] if other else "",
        level_reason=service.level_reason if other else "",
    )
