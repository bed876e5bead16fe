"""The files a page asks for: which control belongs to which place."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.datastructures import MultiValueDict

from dossiers import actions
from dossiers.actions import Incoming, Place, Refusal, wants_original
from dossiers.actions.arranging import PICTURES
from dossiers.models import CheckState, Dossier, FiledFor, Paper, Upload
from dossiers.models.paper import UNUSABLE
from dossiers.workflow import Status
from portal.lib.files import KINDS
from procedures.models import Requirement, RequirementOnline

_PAPER = re.compile(r"thay-([0-9a-f-]{36})")
NOT_HERE = "Giấy tờ này không có trong trường hợp bạn đã chọn. Hãy tải lại trang."
# The last thing taken away is offered back in the open this long, then in a fold.
JUST_GONE = timedelta(minutes=10)


class Control:
    """How a page names a place, and what its file control offers."""

    __slots__ = ()
    place: Place

    @property
    def key(self) -> str:
        return self.place.key

    @property
    def name(self) -> str:
        return f"tep-{self.key}"

    @property
    def anchor(self) -> str:
        return f"giay-{self.key}"

    @property
    def kinds(self) -> str:
        """As people say them."""
        return ", ".join(kind.label for key, kind in KINDS.items() if key in self.place.kinds)

    @property
    def takes_photos(self) -> bool:
        return "jpeg" in self.place.kinds

    @property
    def accept(self) -> str:
        """For the file control: endings and types, as some phones know only one of them."""
        found = [kind for key, kind in KINDS.items() if key in self.place.kinds]
        endings = [f".{ending}" for kind in found for ending in kind.extensions[:2]]
        return ",".join([*endings, *(kind.mime for kind in found)])


@dataclass(slots=True)
class Slot(Control):
    """One place for files, those that are there, and what was wrong with those just sent."""

    place: Place
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
    def need(self) -> Requirement | None:
        return self.place.requirement

    @property
    def control(self) -> str:
        """The id of the file control; of a question as its e-form names it."""
        return f"id_{self.place.field_key}" if self.place.is_question else self.name

    @property
    def level(self) -> int:
        """Of its heading: a part of its page, or a question in one."""
        return 3 if self.place.is_question else 2

    @property
    def given(self) -> list[dict[str, str]]:
        """As an e-form is told of its files."""
        return [{"id": str(paper.public_id), "name": paper.filename} for paper in self.papers]

    @property
    def pictures(self) -> list[Paper]:
        """What may be joined into one PDF."""
        usable = [paper for paper in self.papers if paper.state not in UNUSABLE]
        return [paper for paper in usable if paper.kind in PICTURES]

    @property
    def wants_original(self) -> bool:
        return self.need is not None and wants_original(self.need)


def case_places(needs: list[Requirement]) -> list[Place]:
    """The papers to upload, in the order of the case."""
    wanted = [need for need in needs if need.online == RequirementOnline.UPLOAD]
    return [actions.of_requirement(need) for need in wanted]


def all_places(dossier: Dossier, needs: list[Requirement]) -> list[Place]:
    """Wherever a draft takes files, or a dossier might be asked for some (papers brought to the
    desk too); whether it is the actions know."""
    other = [actions.AUTHORITY_PLACE] if dossier.filed_for == FiledFor.OTHER else []
    if dossier.status != Status.DRAFT:
        return [*other, *actions.questions_of(dossier), *map(actions.of_requirement, needs)]
    return [*other, *actions.questions_of(dossier), *case_places(needs)]


def slots_of(places: list[Place], papers: Iterable[Paper] = ()) -> list[Slot]:
    """With what is there. `papers`: all of the draft in their order, those replaced or removed
    too."""
    papers = list(papers)
    slots = {place.key: Slot(place) for place in places}
    current = {paper.pk for paper in papers if _is_current(paper)}
    for paper in papers:
        slot = slots.get(_key_of(paper))
        if slot is None:
            continue
        if paper.pk in current:
            slot.papers.append(paper)
        elif paper.superseded_by_id in current or (paper.removed_at and paper.stored_name):
            slot.gone.append(paper)
        elif paper.removed_at:
            slot.failed.append(paper)
    _tell_twins(slots)
    return list(slots.values())


def _key_of(one: Paper | Upload) -> str:
    return str(one.requirement_id or f"o-{one.field_key}")


def put_unfinished(slots: Iterable[Any], uploads: Iterable[Upload]) -> None:
    """Give each place the files that were sent half, and the sentences about those refused."""
    found = list(uploads)
    for slot in slots:
        slot.uploads = [one for one in found if _key_of(one) == slot.key]


def _is_current(paper: Paper) -> bool:
    return paper.removed_at is None and paper.superseded_by_id is None


def _tell_twins(slots: dict[str, Slot]) -> None:
    """`paper.twin`: the other place of the page for which the very same file was given."""
    places = defaultdict(list)
    for slot in slots.values():
        for paper in slot.papers:
            if paper.received_sha256:
                places[paper.received_sha256].append(slot)
    for slot in slots.values():
        for paper in slot.papers:
            others = [one for one in places[paper.received_sha256] if one is not slot]
            paper.twin = others[0].place.name if others else ""  # type: ignore[attr-defined]


def just_gone(slot: Slot, now: datetime) -> Paper | None:
    """What was taken away a moment ago, for the button that brings it back."""
    removed = [(paper.removed_at, paper) for paper in slot.gone if paper.removed_at]
    at, last = max(removed, key=lambda pair: (pair[0], pair[1].pk), default=(None, None))
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
    incoming, refused = [], []
    for name in sent:
        found = place_of(slots, name)
        if found is None:
            refused.append(Refusal("", NOT_HERE))
            continue
        slot, paper = found
        files = sent.getlist(name)[: 1 if paper else None]
        place = (slot.place.requirement, slot.place.field_key)
        incoming += [Incoming(slot.name, file, *place, replaces=paper) for file in files]
    return incoming, refused


def place_of(slots: list[Slot], name: str) -> tuple[Slot, Paper | None] | None:
    """Whose control this is: that of a place, or of a file to be replaced."""
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
