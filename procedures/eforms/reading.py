"""Checking what was typed: from the controls of a page to answers and problems."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from . import uploads
from .conditions import holds, is_filled
from .fields import Leaf
from .nodes import Node, Section

Answers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct: where (`name` on the page, `key` of the question) and what to do."""

    name: str
    key: str
    label: str
    message: str
    code: str  # "required" | "invalid"


class Reading(forms.Form):
    """The checking half of EForm; the other half grows the fields and hands out the answers."""

    asked: list[Section]
    elsewhere: Answers  # visible answers to questions of other pages
    rows: dict[str, list[str]]  # table name → row numbers on the page
    found: list[Problem]
    _errors: ErrorDict
    changed_structure: bool

    def raw(self, name: str) -> Any:
        raise NotImplementedError

    def kept_files(self, key: str) -> list[str]:
        raise NotImplementedError

    def is_valid(self) -> bool:
        return not self.changed_structure and super().is_valid()

    def _clean_fields(self) -> None:
        self.found = []
        known = dict(self.elsewhere)
        for section in self.asked:
            for node in section.nodes:
                if node.is_text or not (
                    holds(section.show_if, known) and holds(node.show_if, known)
                ):
                    continue
                value = self._read(node, node.key, node.required, (node,))
                if value is not None:
                    self.cleaned_data[node.key] = value
                known[node.key] = self.raw(node.key) if node.type == "file" else value
                if node.type == "file" and value:
                    known[node.key] = value

    def _read(self, node: Node, name: str, required: bool, path: tuple[Node, ...]) -> Any:
        """The JSON answer of one question, None when there is none; notes what is wrong."""
        if node.is_table:
            return self._read_table(node, name, path)
        if node.is_group:
            return self._read_parts(node, name, required or self._touched(node, name), path)
        field = self.leaf(name)
        try:
            value = field.clean(self.raw(name))
        except ValidationError as error:
            self._note(name, path, error.messages[0], "invalid")
            return None
        given = value
        if isinstance(field, uploads.FileLeaf):
            value = self.kept_files(node.key) or None
            given = (value or []) + self.raw(name)
            if len(given) > field.max_files:
                self._note(name, path, field.too_many(), "invalid")
        if required and not is_filled(given) and given is not False:
            self._note(name, path, field.ask(), "required")
        return value

    def _read_parts(
        self, node: Node, name: str, needed: bool, path: tuple[Node, ...]
    ) -> Answers | None:
        answer = {
            part.key: value
            for part in node.parts
            if (
                value := self._read(
                    part, f"{name}-{part.key}", needed and part.required, (*path, part)
                )
            )
            is not None
        }
        return answer or None

    def _read_table(self, node: Node, name: str, path: tuple[Node, ...]) -> list[Answers] | None:
        """Blank rows are passed over, except as many as the table still needs."""
        rows = self.rows[name]
        blank = [row for row in rows if not self._touched(node, f"{name}-{row}")]
        lacking = node.first_rows - (len(rows) - len(blank))
        passed_over = set(blank[max(lacking, 0) :])
        before, answer = len(self.found), []
        for row in rows:
            if row not in passed_over:
                value = self._read_parts(node, f"{name}-{row}", True, path)
                answer += [value] if value else []
        if len(rows) - len(passed_over) > node.max_rows:
            self._note(
                name,
                path,
                f"Hãy bớt “{node.label}” còn nhiều nhất {node.max_rows} dòng.",
                "invalid",
            )
        elif len(answer) < node.first_rows and len(self.found) == before:
            self._note(
                name,
                path,
                f"Hãy thêm ít nhất {node.first_rows} dòng vào “{node.label}”.",
                "required",
            )
        return answer or None

    def _touched(self, node: Node, name: str) -> bool:
        """Has anything been typed or ticked in the parts of `node`?"""
        for part in node.parts:
            inner = f"{name}-{part.key}"
            if part.parts:
                if self._touched(part, inner):
                    return True
            elif _typed(self.raw(inner)):
                return True
        return False

    def _note(self, name: str, path: tuple[Node, ...], message: str, code: str) -> None:
        labels = [node.label for node in path]
        if path[0].is_table and len(path) > 1:
            row = name.split("-")[1]
            word = str(path[0].spec.get("row_label", "dòng")).lower()
            labels.insert(1, f"{word} {self.rows[path[0].key].index(row) + 1}")
        self.found.append(Problem(name, path[0].key, " – ".join(labels), message, code))
        # A table has errors and no field of its own, which add_error would not take.
        self._errors.setdefault(name, self.error_class()).append(message)

    def leaf(self, name: str) -> Leaf:
        field = self.fields[name]
        assert isinstance(field, Leaf)
        return field


def _typed(raw: Any) -> bool:
    return bool(raw.strip()) if isinstance(raw, str) else bool(raw)
