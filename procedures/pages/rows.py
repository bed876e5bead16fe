"""A procedure in a list, and the short words for its time and cost."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from procedures.models import Channel, ChannelKind, Procedure, TimeUnit
from procedures.reference import LEVEL_WORDS


def dong(amount: int) -> str:
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
        return dong(amounts[0])
    low, high = dong(amounts[0]), dong(amounts[-1])
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
