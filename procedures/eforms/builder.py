"""The form of an e-form: built from a definition, checked on the server, drawn by layout.py.

Names: a leaf is `key`, a part of a block `key-part` (`key-residence-province`), a cell of a
table `key-<row>-<column>`; `key-rows` lists the rows on the page. Keys hold no hyphen.
"""

import re
from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property

from . import fields, numbers, uploads
from .conditions import settle
from .definition import parse
from .fields import Leaf
from .layout import PageLayout
from .nodes import Definition, Node, Section
from .reading import Answers, Problem, Reading
from .visible import visible_answers
from .widgets import many

LEAVES: dict[str, type[Leaf]] = {
    "text": fields.TextLeaf,
    "long_text": fields.LongTextLeaf,
    "number": numbers.NumberLeaf,
    "money": numbers.MoneyLeaf,
    "date": numbers.DateLeaf,
    "choice": fields.ChoiceLeaf,
    "checks": fields.ChecksLeaf,
    "yes_no": fields.YesNoLeaf,
    "citizen_id": fields.CitizenIdLeaf,
    "tax_code": fields.TaxCodeLeaf,
    "phone": fields.PhoneLeaf,
    "email": fields.EmailLeaf,
    "province": fields.ProvinceLeaf,
    "ward": fields.WardLeaf,
    "file": uploads.FileLeaf,
}
MAX_ROWS_READ = 101  # one more than any table may have, so that "too many" is seen
_ROW = re.compile(r"[0-9]{1,6}")


def build_form(
    definition: dict[str, Any],
    *,
    data: Mapping[str, Any] | None = None,
    files: MultiValueDict[str, Any] | None = None,
    initial_answers: Answers | None = None,
    sections: list[str] | None = None,
    existing_files: dict[str, list[dict[str, str]]] | None = None,
    prefix: str = "",
) -> "EForm":
    """The form asking `sections` (all when None).

    `initial_answers` are the answers so far to the whole definition: they fill the page and
    decide conditions on questions asked elsewhere. `existing_files` names the papers already
    given to file fields ({key: [{"id", "name"}]}). Raises DefinitionInvalid.
    """
    return EForm(
        parse(definition),
        data=data,
        files=files,
        initial_answers=initial_answers,
        sections=sections,
        existing_files=existing_files,
        prefix=prefix,
    )


class EForm(Reading):
    use_required_attribute = False

    def __init__(
        self,
        definition: Definition,
        *,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, Any] | None = None,
        initial_answers: Answers | None = None,
        sections: list[str] | None = None,
        existing_files: dict[str, list[dict[str, str]]] | None = None,
        prefix: str = "",
    ) -> None:
        super().__init__(data=data, files=files, prefix=prefix or None)
        self.definition = definition
        self.asked = [s for s in definition.sections if sections is None or s.key in sections]
        self.asked_keys = frozenset(n.key for s in self.asked for n in s.nodes if not n.is_text)
        stored = initial_answers if isinstance(initial_answers, dict) else {}
        self.stored = {key: stored[key] for key in definition.nodes if key in stored}
        self.elsewhere = {
            key: value
            for key, value in visible_answers(definition, self.stored).items()
            if key not in self.asked_keys
        }
        self.existing_files = existing_files or {}
        self.drawn: dict[str, str] = {}  # HTML of questions that the caller draws (safe)
        self.found: list[Problem] = []
        self.changed_structure = False
        self.focus = ""
        self._grow_all()

    # --- the fields on the page ----------------------------------------------------------

    def _grow_all(self) -> None:
        self.fields.clear()
        self.initial.clear()
        self.rows: dict[str, list[str]] = {}
        for _, _, nodes in self.page():
            for node, _ in nodes:
                if not node.is_text:
                    self._grow(node, node.key, self.stored.get(node.key))

    def page(self) -> list[tuple[Section, Any, list[tuple[Node, Any]]]]:
        """Sections and questions to draw, each with what its condition still depends on.

        True: always shown. A condition: depends on answers of this page.
        Questions that answers given elsewhere rule out are left out.
        """
        drawn = []
        for section in self.asked:
            when = settle(section.show_if, self.elsewhere, self.asked_keys)
            nodes = [
                (node, left)
                for node in section.nodes
                if (left := settle(node.show_if, self.elsewhere, self.asked_keys))
            ]
            if when and nodes:
                drawn.append((section, when, nodes))
        return drawn

    def _grow(self, node: Node, name: str, value: Any) -> None:
        if node.is_table:
            given = value if isinstance(value, list) else []
            self.rows[name] = self._row_ids(node, name, len(given))
            for row in self.rows[name]:
                index = int(row)
                cells = given[index] if index < len(given) else None
                self._grow_parts(node, f"{name}-{row}", cells)
        elif node.is_group:
            self._grow_parts(node, name, value)
        else:
            field = self.make_leaf(node, name)
            self.fields[name] = field
            self.initial[name] = field.raw_of(value)

    def _grow_parts(self, node: Node, name: str, value: Any) -> None:
        given = value if isinstance(value, dict) else {}
        for part in node.parts:
            self._grow(part, f"{name}-{part.key}", given.get(part.key))

    def make_leaf(self, node: Node, name: str) -> Leaf:
        if node.type == "ward":
            province = self.raw(f"{name.removesuffix('ward')}province")
            return fields.WardLeaf(node, province)
        return LEAVES[node.type](node)

    def _row_ids(self, node: Node, name: str, stored: int) -> list[str]:
        if not self.is_bound:
            return [str(i) for i in range(min(max(stored, node.first_rows, 1), MAX_ROWS_READ))]
        sent = many(self.data, self.add_prefix(f"{name}-rows"))
        valid = (row for row in sent if isinstance(row, str) and _ROW.fullmatch(row))
        return list(dict.fromkeys(valid))[:MAX_ROWS_READ]

    def raw(self, name: str) -> Any:
        """What the control `name` shows: as typed when the form was sent, else as stored."""
        if self.is_bound and name in self.fields:
            widget = self.fields[name].widget
            return widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        return self.initial.get(name, "")

    # --- buttons that work without scripts ------------------------------------------------

    def handle_structure_buttons(self, data: Mapping[str, Any] | None = None) -> bool:
        """Add a row, remove a row, load the wards, when such a button was pressed.

        True: show the form again as it is (nothing is checked, everything typed is kept,
        but chosen files are gone unless the caller stores `file_fields()`).
        """
        data = self.data if data is None else data
        start = len(self.add_prefix("_")) - 1
        pressed = next(
            (
                name[start:]
                for name in data
                if name == self.add_prefix("_reload")
                or name.startswith((self.add_prefix("_add__"), self.add_prefix("_remove__")))
            ),
            "",
        )
        if not pressed:
            return False
        if pressed == "_reload":
            self.focus = f"{data.get(self.add_prefix('_reload'), '')}-ward"
        else:
            self._change_rows(pressed)
        self._grow_all()
        self.leave_unchecked()
        return True

    def _change_rows(self, pressed: str) -> None:
        if pressed.startswith("_remove__"):
            key, _, gone = pressed.removeprefix("_remove__").rpartition("__")
        else:
            key, gone = pressed.removeprefix("_add__"), ""
        if key not in self.rows:
            return
        rows = [row for row in self.rows[key] if row != gone]
        self.focus = f"{key}-add"
        if not gone and len(rows) < self.definition.nodes[key].max_rows:
            rows.append(str(max(map(int, rows), default=-1) + 1))
            self.focus = f"{key}-{rows[-1]}-{self.definition.nodes[key].parts[0].key}"
        name = self.add_prefix(f"{key}-rows")
        data: Any = self.data
        if isinstance(data, MultiValueDict):
            data = data.copy()
            data.setlist(name, rows)
        else:
            data = {**data, name: rows}
        self.data = data

    def leave_unchecked(self) -> None:
        """Show what was typed without a word about what is missing or wrong in it."""
        self._errors = ErrorDict()
        self.cleaned_data: Answers = {}
        self.changed_structure = True

    def refuse(self, key: str, sentence: str) -> None:
        """Add what the caller found wrong with a question (a file that was not taken)."""
        _ = self.errors
        self._note(key, (self.definition.nodes[key],), sentence, "invalid")

    # --- what comes out -------------------------------------------------------------------

    def error_list(self) -> list[tuple[str, str, str]]:
        """(id to jump to, label, sentence) for the error summary, in the order of the page."""
        _ = self.errors
        return [(self.anchor(p.name), p.label, p.message) for p in self.found]

    def anchor(self, name: str) -> str:
        """The id of the control to which an error or the focus belongs."""
        own_id = f"id_{self.add_prefix(name)}"
        if name in self.rows:
            return f"{own_id}-add"
        field = self.fields.get(name)
        return f"{own_id}_0" if isinstance(field, Leaf) and field.fieldset else own_id

    def answers(self) -> Answers:
        """All answers so far: those of this page, hidden ones left out, and those of the others."""
        _ = self.errors
        kept = {k: v for k, v in self.stored.items() if k not in self.asked_keys}
        new = self.cleaned_data if self.is_bound else self._page_of(self.stored)
        return self._in_order(kept | new)

    def partial_answers(self) -> Answers:
        """For a draft: valid answers as answers, the rest as typed. Nothing is lost."""
        if not self.is_bound:
            return dict(self.stored)
        kept = {k: v for k, v in self.stored.items() if k not in self.asked_keys}
        shown = {node.key for _, _, nodes in self.page() for node, _ in nodes}
        for key in self.asked_keys:
            if key not in shown:
                if key in self.stored:
                    kept[key] = self.stored[key]
            elif (value := self._draft(self.definition.nodes[key], key)) is not None:
                kept[key] = value
        return self._in_order(kept)

    def _page_of(self, answers: Answers) -> Answers:
        seen = visible_answers(self.definition, answers)
        return {key: value for key, value in seen.items() if key in self.asked_keys}

    def _in_order(self, answers: Answers) -> Answers:
        return {key: answers[key] for key in self.definition.nodes if key in answers}

    def _draft(self, node: Node, name: str) -> Any:
        if node.is_table:
            rows = [self._draft_parts(node, f"{name}-{row}") for row in self.rows[name]]
            return [row for row in rows if row] or None
        if node.is_group:
            return self._draft_parts(node, name) or None
        field, raw = self.leaf(name), self.raw(name)
        if node.type == "file":
            return self.kept_files(node.key) or None
        try:
            return field.clean(raw)
        except ValidationError:
            return field.draft_of(raw)

    def _draft_parts(self, node: Node, name: str) -> Answers:
        parts = {part.key: self._draft(part, f"{name}-{part.key}") for part in node.parts}
        return {key: value for key, value in parts.items() if value is not None}

    # --- files ------------------------------------------------------------------------------

    def file_fields(self) -> dict[str, list[Any]]:
        """The files sent with this request, by question, whether or not the form is valid."""
        names = [n for n, field in self.fields.items() if isinstance(field, uploads.FileLeaf)]
        return {name: sent for name in names if self.is_bound and (sent := self.raw(name))}

    def given_files(self, key: str) -> list[dict[str, str]]:
        """The papers already given to a file field: [{"id", "name"}]."""
        if key in self.existing_files:
            return self.existing_files[key]
        ids = uploads.paper_ids(self.stored.get(key))
        return [{"id": paper, "name": f"Tệp {i}"} for i, paper in enumerate(ids, 1)]

    def kept_files(self, key: str) -> list[str]:
        """Their ids, less those ticked for removal."""
        gone = many(self.data, self.add_prefix(f"{key}-remove")) if self.is_bound else []
        return [str(f["id"]) for f in self.given_files(key) if str(f["id"]) not in gone]

    # --- drawing ----------------------------------------------------------------------------

    @cached_property
    def helper(self) -> FormHelper:
        """For `{% crispy form %}`; no form attributes, which would leak onto radio groups."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True  # the <form> in the page has its own token
        helper.include_media = False
        helper.layout = Layout(PageLayout())
        return helper
