"""Ways of filing with their times and fees."""

from collections.abc import Iterable
from dataclasses import dataclass

from procedures.models import Channel, ChannelKind, Fee, TimeUnit
from procedures.pages.folding import Fold, Share, size_of

# Bytes of the table around one way and one fee.
WAY_HTML, FEE_HTML = 380, 420


@dataclass(frozen=True, slots=True)
class FeeLine:
    """`amount` in đồng; None when the note says what is due."""

    title: Fold
    amount: int | None
    unit: str
    collected: str
    note: Fold
    exemption: Fold


@dataclass(frozen=True, slots=True)
class Way:
    """One way of filing. `fees_as` names an earlier way with the very same fees, so that
    long exemptions are not read three times; `more` fees stand on the page of the whole."""

    kind: str
    time_text: str
    time_short: str
    description: Fold
    fees: list[FeeLine]
    fees_as: str
    more: int
    shared_note: Fold
    shared_exemption: Fold


def _shared(texts: list[str]) -> str:
    """What every one of several lines says, to be read once."""
    return texts[0] if len(texts) > 1 and len(set(texts)) == 1 else ""


def bytes_of_ways(channels: Iterable[Channel]) -> int:
    total, seen = 0, []
    for channel in channels:
        fees = list(channel.fees.all())
        total += WAY_HTML + size_of(channel.description)
        if _content(fees) in seen:
            continue
        seen.append(_content(fees))
        texts = [text for fee in fees for text in (fee.name, fee.note, fee.exemption)]
        total += FEE_HTML * len(fees) + sum(map(size_of, texts))
    return total


def ways_of(channels: Iterable[Channel], share: Share) -> list[Way]:
    found: list[Way] = []
    seen: list[tuple[str, list[tuple[object, ...]]]] = []
    rows = list(channels)
    kinds = [channel.kind for channel in rows]
    for place, channel in enumerate(rows, 1):
        fees = list(channel.fees.all())
        content = _content(fees)
        same = next((words for words, known in seen if known == content and fees), "")
        once = kinds.count(channel.kind) == 1
        kind = str(channel.get_kind_display())
        seen.append((f"Như nộp {_inside(kind)}" if once else f"Như cách {place} ở trên", content))
        found.append(_way(channel, kind if once else f"{place}. {kind}", fees, same, share))
    return found


def _inside(kind: str) -> str:
    """As it stands inside a sentence."""
    post = str(ChannelKind.POST.label)
    return "qua dịch vụ bưu chính" if kind == post else kind.lower()


def _way(channel: Channel, kind: str, fees: list[Fee], same: str, share: Share) -> Way:
    note, exemption = _shared([f.note for f in fees]), _shared([_exemption(f) for f in fees])
    lines: list[FeeLine] = []
    for fee in () if same else fees:
        if not share.take(FEE_HTML):
            break
        lines.append(_line(fee, share, note=not note, exemption=not exemption))
    return Way(
        kind=kind,
        time_text=channel.time_text,
        time_short=_short(channel),
        description=share.fold(channel.description),
        fees=lines,
        fees_as=same,
        more=0 if same else len(fees) - len(lines),
        shared_note=share.fold("" if same else note),
        shared_exemption=share.fold("" if same else exemption),
    )


def _short(channel: Channel) -> str:
    """Number and unit where the sentence does not say them."""
    if channel.unit == TimeUnit.NONE or channel.time is None:
        return ""
    unit = str(channel.get_unit_display())
    return "" if unit in channel.time_text.lower() else f"{channel.time} {unit}"


def _content(fees: list[Fee]) -> list[tuple[object, ...]]:
    return [(f.name, f.kind, f.amount, f.unit, f.collected, f.note, f.exemption) for f in fees]


def _exemption(fee: Fee) -> str:
    return fee.exemption.removeprefix("Miễn:").strip()


def fee_title(fee: Fee) -> str:
    kind = str(fee.get_kind_display())
    return fee.name if fee.name.lower().startswith(kind.lower()) else f"{kind}: {fee.name}"


def _line(fee: Fee, share: Share, *, note: bool, exemption: bool) -> FeeLine:
    return FeeLine(
        title=share.fold(fee_title(fee)),
        amount=fee.amount,
        unit=fee.unit,
        collected=str(fee.get_collected_display()),
        note=share.fold(fee.note if note else ""),
        exemption=share.fold(_exemption(fee) if exemption else ""),
    )
