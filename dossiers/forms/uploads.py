"""The papers page's files: which control belongs to which paper of the case."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.datastructures import MultiValueDict

from dossiers.actions import Incoming, Refusal
from dossiers.models import CheckState, Paper
from procedures.models import Requirement, RequirementOnline

_PAPER = re.compile(r"thay-([0-9a-f-]{36})")
NOT_HERE = "Giấy tờ này không có trong trường hợp bạn đã chọn. Hãy tải lại trang."


@dataclass(slots=True)
class Slot:
    """One paper of the case, its files, and what was wrong with those just sent."""

    need: Requirement
    papers: list[Paper] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def waiting(self) -> bool:
        return any(paper.state == CheckState.PENDING for paper in self.papers)

    @property
    def name(self) -> str:
        return f"tep-{self.need.pk}"

    @property
    def anchor(self) -> str:
        return f"giay-{self.need.pk}"


def slots_of(needs: list[Requirement], papers: list[Paper]) -> list[Slot]:
    """The papers to upload, in the order of the case, with what is there."""
    slots = {need.pk: Slot(need) for need in needs if need.online == RequirementOnline.UPLOAD}
    for paper in papers:
        if paper.requirement_id in slots:
            slots[paper.requirement_id].papers.append(paper)
    return list(slots.values())


def read(
    slots: list[Slot], sent: "MultiValueDict[str, Any]"
) -> tuple[list[Incoming], list[Refusal]]:
    """Each file with its place. A control that names a foreign paper is refused, not stored."""
    needs = {slot.name: slot.need for slot in slots}
    papers = {str(paper.public_id): (slot, paper) for slot in slots for paper in slot.papers}
    incoming, refused = [], []
    for name in sent:
        replaced = _PAPER.fullmatch(name)
        if name in needs:
            incoming += [Incoming(name, file, needs[name]) for file in sent.getlist(name)]
        elif replaced and replaced[1] in papers:
            slot, paper = papers[replaced[1]]
            files = sent.getlist(name)[:1]
            incoming += [Incoming(slot.name, file, slot.need, replaces=paper) for file in files]
        else:
            refused.append(Refusal("", NOT_HERE))
    return incoming, refused


def put_in_place(slots: list[Slot], refused: list[Refusal]) -> list[str]:
    """Give each slot its refusals; those without a place are returned."""
    by_name: Mapping[str, Slot] = {slot.name: slot for slot in slots}
    for refusal in refused:
        if refusal.place in by_name:
            by_name[refusal.place].errors.append(refusal.sentence)
    return [refusal.sentence for refusal in refused if refusal.place not in by_name]


def paper_named(slots: list[Slot], public_id: str) -> Paper | None:
    """A paper of this page by its id as sent."""
    return next(
        (paper for slot in slots for paper in slot.papers if str(paper.public_id) == public_id),
        None,
    )
