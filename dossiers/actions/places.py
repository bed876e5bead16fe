"""Where a file of a dossier belongs: a paper of its case, a question of the declaration that is
answered by files, or a paper of the portal's own (the authority of who files for another)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from dossiers.actions.who import AUTHORITY, CONSENT_SLIP, OWN_PAPERS
from dossiers.models import Dossier, Paper
from dossiers.workflow import Status
from portal.lib import files
from procedures import eforms
from procedures.general_form import definition_of
from procedures.models import Requirement

KINDS = frozenset({"pdf", "jpeg", "png", "heic"})
_WORD = (".doc", ".docx")
_EXCEL = (".xls", ".xlsx")


@dataclass(frozen=True, slots=True)
class Place:
    """`most`: how many files, None as everywhere. `reuse_type`: of which earlier papers may be
    given again here, "" of none."""

    name: str
    requirement: Requirement | None = None
    field_key: str = ""
    note: str = ""
    mandatory: bool = True
    kinds: frozenset[str] = KINDS
    most: int | None = None
    reuse_type: str = ""
    is_question: bool = False

    @property
    def key(self) -> str:
        """By which a page names it."""
        return str(self.requirement.pk) if self.requirement else f"o-{self.field_key}"

    def holds(self, requirement_id: int | None, field_key: str) -> bool:
        mine = self.requirement.pk if self.requirement else None
        return (mine, self.field_key) == (requirement_id, field_key)

    @property
    def too_many(self) -> str:
        if self.most is None:
            return f"Mỗi giấy tờ có tối đa {settings.UPLOAD_LIMITS['papers_per_requirement']} tệp."
        return f"Mục “{self.name}” nhận nhiều nhất {self.most} tệp."


def of_requirement(need: Requirement) -> Place:
    return Place(
        need.name,
        requirement=need,
        note=need.note,
        mandatory=need.mandatory,
        kinds=kinds_of(need),
        reuse_type=need.reuse_type,
    )


def kinds_of(need: Requirement) -> frozenset[str]:
    """The kinds of file a paper may be sent as: pictures and PDF; Word and Excel only where
    the procedure itself gives out such a form to fill in."""
    names = [str(form.get("name", "")).lower() for form in need.forms]
    word = need.form_title or any(name.endswith(_WORD) for name in names)
    excel = any(name.endswith(_EXCEL) for name in names)
    return KINDS | ({"docx"} if word else set()) | ({"xlsx"} if excel else set())


def of_question(node: eforms.Node) -> Place:
    """As its definition says; of the kinds it names, those that can be looked into."""
    kinds, most = eforms.file_rules(node)
    known = frozenset("jpeg" if kind == "jpg" else kind for kind in kinds) & files.KINDS.keys()
    return Place(
        node.label,
        field_key=node.key,
        note=node.help,
        mandatory=node.required,
        kinds=known or KINDS,
        most=most,
        is_question=True,
    )


def questions_of(dossier: Dossier, sections: Iterable[str] | None = None) -> list[Place]:
    """Those of the declaration that are answered by files, in the order they are asked; of these
    sections only."""
    wanted = None if sections is None else set(sections)
    walk = eforms.parse(definition_of(dossier.version)).walk()
    return [
        of_question(node)
        for section, node in walk
        if node.type == "file" and (wanted is None or section.key in wanted)
    ]


# Given again only for the same person (actions.reusing).
AUTHORITY_PLACE: Final = Place(
    "Giấy ủy quyền hoặc giấy tờ chứng minh quyền đại diện",
    field_key=AUTHORITY,
    note="Cha, mẹ dùng giấy khai sinh của con.",
    reuse_type=AUTHORITY,
)


CONSENT_PLACE: Final = Place(OWN_PAPERS[CONSENT_SLIP], field_key=CONSENT_SLIP)


def place_at(dossier: Dossier, requirement: Requirement | None, field_key: str) -> Place:
    if requirement is not None:
        return of_requirement(requirement)
    if field_key == AUTHORITY:
        return AUTHORITY_PLACE
    node = None
    if field_key not in OWN_PAPERS:
        node = eforms.parse(definition_of(dossier.version)).nodes.get(field_key)
    if node is not None and node.type == "file":
        return of_question(node)
    return Place(OWN_PAPERS.get(field_key, field_key), field_key=field_key)


def answer_by_papers(dossier: Dossier, place: Place) -> None:
    """In a draft a question is answered by the files that are there; inside the caller's
    transaction and lock of the dossier. After filing only a sent addition changes an answer, and
    what it names (name_parts)."""
    if not place.is_question or dossier.status != Status.DRAFT:
        return
    here = dossier.papers.current().filter(field_key=place.field_key).in_order()
    ids = [str(one) for one in here.values_list("public_id", flat=True)]
    if dossier.answers.get(place.field_key) != (ids or None):
        dossier.answers.pop(place.field_key, None)
        dossier.answers |= {place.field_key: ids} if ids else {}
        dossier.save(update_fields=["answers", "updated_at"])


def name_parts(dossier: Dossier, place: Place, joined: Paper, parts: list[str]) -> None:
    """Where an answer names a PDF that was never made it names its pictures, also once filed: what
    was said stays the same. Inside the caller's transaction and lock."""
    named, key = str(joined.public_id), place.field_key
    ids = dossier.answers.get(key) if place.is_question else None
    if ids and named in ids:
        at = ids.index(named)
        dossier.answers |= {key: [*ids[:at], *parts, *ids[at + 1 :]]}
        dossier.save(update_fields=["answers", "updated_at"])
