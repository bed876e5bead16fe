"""Ways of filing with their times and fees."""

from collections.abc import Iterable
from dataclasses import dataclass

from procedures.models import Channel, Fee


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


def ways_of(channels: Iterable[Channel]) -> list[Way]:
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
