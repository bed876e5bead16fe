"""The papers page's files: which control belongs to which paper of the case."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.datastructures import MultiValueDict

from dossiers.actions import Incoming, Refusal, kinds_of, wants_original
from dossiers.actions.arranging import PICTURES
from dossiers.models import CheckState, Paper, Upload
from dossiers.models.paper import UNUSABLE
from portal.lib.files import KINDS
from procedures.models import Requirement, RequirementOnline

_PAPER = re.compile(r"thay-([0-9a-f-]{36})")
NOT_HERE = "Giấy tờ này không có trong trường hợp bạn đã chọn. Hãy tải lại trang."
# The last thing taken away is offered back in the open this long, then in a fold.
JUST_GONE = timedelta(minutes=10)


@dataclass(slots=True)
class Slot:
    """One paper of the case, its files, and what was wrong with those just sent."""

    need: Requirement
    papers: list[Paper] = field(default_factory=list)
    gone: list[Paper] = field(default_factory=list)
    failed: list[Paper] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    offers: list[Paper] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    original: str = ""
    last_gone: Paper | None = None
    not_joined: str = ""

    @property
    def waiting(self) -> bool:
        return any(paper.state == CheckState.PENDING for paper in self.papers)

    @property
    def name(self) -> str:
        return f"tep-{self.need.pk}"

    @property
    def anchor(self) -> str:
        return f"giay-{self.need.pk}"

    @property
    def pictures(self) -> list[Paper]:
        """What may be joined into one PDF."""
        usable = [paper for paper in self.papers if paper.state not in UNUSABLE]
        return [paper for paper in usable if paper.kind in PICTURES]

    @property
    def wants_original(self) -> bool:
        return wants_original(self.need)

    @property
    def kinds(self) -> str:
        """As people say them."""
        found = kinds_of(self.need)
        return ", ".join(kind.label for key, kind in KINDS.items() if key in found)

    @property
    def accept(self) -> str:
        """For the file control: endings and types, as some phones know only one of them."""
        found = [kind for key, kind in KINDS.items() if key in kinds_of(self.need)]
        endings = [f".{ending}" for kind in found for ending in kind.extensions[:2]]
        return ",".join([*endings, *(kind.mime for kind in found)])


def slots_of(needs: list[Requirement], papers: list[Paper] | None = None) -> list[Slot]:
    """The papers to upload, in the order of the case, with what is there. `papers`: all of the
    draft in their order, those replaced or removed too."""
    slots = {need.pk: Slot(need) for need in needs if need.online == RequirementOnline.UPLOAD}
    current = {paper.pk for paper in papers or [] if _is_current(paper)}
    for paper in papers or []:
        if paper.requirement_id not in slots:
            continue
        slot = slots[paper.requirement_id]
        if paper.pk in current:
            slot.papers.append(paper)
        elif paper.superseded_by_id in current or (paper.removed_at and paper.stored_name):
            slot.gone.append(paper)
        elif paper.removed_at:
            slot.failed.append(paper)
    _tell_twins(slots)
    return list(slots.values())


def _is_current(paper: Paper) -> bool:
    return paper.removed_at is None and paper.superseded_by_id is None


def _tell_twins(slots: dict[int, Slot]) -> None:
    """`paper.twin`: the other paper of the case for which the very same file was given."""
    places = defaultdict(list)
    for slot in slots.values():
        for paper in slot.papers:
            if paper.received_sha256:
                places[paper.received_sha256].append(slot)
    for slot in slots.values():
        for paper in slot.papers:
            others = [one for one in places[paper.received_sha256] if one is not slot]
            paper.twin = others[0].need.name if others else ""  # type: ignore[attr-defined]


def just_gone(slot: Slot, now: datetime) -> Paper | None:
    """What was taken away a moment ago, for the button that brings it back."""
    removed = [(paper.removed_at, paper) for paper in slot.gone if paper.removed_at]
    at, last = max(removed, key=lambda pair: pair[0], default=(None, None))
    return last if at and now - at < JUST_GONE else None


def just_not_joined(slot_papers: list[Paper], now: datetime) -> str:
    """Why pictures were not joined, as long as that is news."""
    failed = [paper for paper in slot_papers if paper.removed_at and not paper.stored_name]
    notes = [p.state_note for p in failed if p.removed_at and now - p.removed_at < JUST_GONE]
    return next(iter(notes), "")


def read(
    slots: list[Slot], sent: "MultiValueDict[str, Any]"
) -> tuple[list[Incoming], list[Refusal]]:
    """Each file with its place. A control that names a foreign paper is refused, not stored."""
    needs = {slot.name: slot.need for slot in slots}
    incoming, refused = [], []
    for name in sent:
        found = place_of(slots, name)
        if found is None:
            refused.append(Refusal("", NOT_HERE))
        elif name in needs:
            incoming += [Incoming(name, file, found[0].need) for file in sent.getlist(name)]
        else:
            slot, paper = found
            files = sent.getlist(name)[:1]
            incoming += [Incoming(slot.name, file, slot.need, replaces=paper) for file in files]
    return incoming, refused


def place_of(slots: list[Slot], name: str) -> tuple[Slot, Paper | None] | None:
    """Whose control this is: that of a paper of the case, or of a file to be replaced."""
    replaced = _PAPER.fullmatch(name)
    for slot in slots:
        if slot.name == name:
            return slot, None
        for paper in slot.papers if replaced else ():
            if str(paper.public_id) == replaced[1]:  # type: ignore[index]
                return slot, paper
    return None


def put_in_place(slots: list[Slot], refused: list[Refusal]) -> list[str]:
    """Give each slot its refusals; those without a place are returned."""
    by_name: Mapping[str, Slot] = {slot.name: slot for slot in slots}
    for refusal in refused:
        if refusal.place in by_name:
            by_name[refusal.place].errors.append(refusal.sentence)
    return [refusal.sentence for refusal in refused if refusal.place not in by_name]


def paper_named(slots: list[Slot], public_id: str) -> tuple[Slot, Paper] | None:
    """A paper of this page, also one that is gone, by its id as sent."""
    return next(
        (
            (slot, paper)
            for slot in slots
            for paper in (*slot.papers, *slot.gone)
            if str(paper.public_id) == public_id
        ),
        None,
    )


def originals(sent: Mapping[str, Any]) -> dict[str, str]:
    """ "ban-giay-<number>" controls: how each paper original will come."""
    start = "ban-giay-"
    return {name.removeprefix(start): sent[name] for name in sent if name.startswith(start)}
