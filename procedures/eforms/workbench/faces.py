"""A panel with all that is on it: properties, rows, condition; from a page and to a page."""

from typing import Any

from django import forms
from django.http import QueryDict

from .. import choosing, editing, outline, vocabulary
from ..editing import Edit, EditRefused, Json
from . import conditions, rows
from .listing import findings_at
from .panel import HeadForm, PanelForm, SectionForm
from .targets import Target, columns_of

# Properties that stand in the folded part: an author needs them seldom.
RARE = ("max_length", "pattern", "decimals")

ALONE = {"kieu": "type", "khoa": "key"}


def face_of(
    definition: Json, base: Json | None, thing: str, *keys: str, data: Any = None
) -> "Face":
    """Raises EditRefused when there is no such question, column or section."""
    kinds: dict[str, type[Face]] = {"o": FieldFace, "cot": FieldFace, "phan": SectionFace}
    return kinds.get(thing, HeadFace)(definition, base, thing, keys, data)


class Face:
    form: forms.Form

    def __init__(
        self, definition: Json, base: Json | None, thing: str, keys: tuple[str, ...], data: Any
    ) -> None:
        self.definition = definition
        self.published = base
        self.thing, self.keys = thing, keys
        self.data: QueryDict | None = data
        self.refusal = ""
        self.build()

    def build(self) -> None:
        raise NotImplementedError

    def edit(self) -> Edit | None:
        """What the page asks for; None when a control holds what cannot be a value."""
        return self.obey() if self.form.is_valid() else None

    def obey(self) -> Edit:
        raise NotImplementedError

    @property
    def button(self) -> str:
        return self.data.get("viec", "luu") if self.data is not None else ""

    @property
    def anchor(self) -> str:
        """Where it stands on the structure page."""
        return f"{'o' if self.thing == 'cot' else self.thing}-{self.keys[0]}" if self.keys else ""

    def problems(self) -> list[dict[str, str]]:
        if self.refusal:
            return [{"field": "", "sentence": self.refusal}]
        return [
            {"field": name, "sentence": str(sentence)}
            for name, sentences in self.form.errors.items()
            for sentence in sentences
        ]

    def focus(self, button: str) -> str:
        """The id that gets the focus once the pressed button is done."""
        what, of, row = rows.press(button)
        if of == "dk":
            return "dk"
        if what in ("them", "dan", "bo", "doi"):
            return f"{of}-them"
        at = int(row) + (-1 if what == "len" else 1) if row.isdecimal() else row
        return f"{what}-{of}-{at}"

    def context(self) -> Json:
        return {
            "face": self,
            "form": self.form,
            "thing": self.thing,
            "errors": [("", self.refusal)] if self.refusal else self._form_errors(),
        }

    def _form_errors(self) -> list[tuple[str, str]]:
        return [(f"id_{p['field']}", p["sentence"]) for p in self.problems()]


class HeadFace(Face):
    def build(self) -> None:
        self.form = HeadForm(self.definition, self.data)

    def obey(self) -> Edit:
        assert isinstance(self.form, HeadForm)
        return editing.set_form(self.definition, self.form.changes())

    def context(self) -> Json:
        return super().context() | {"title": "Tên và nguồn của biểu mẫu", "plain": list(self.form)}


class SectionFace(Face):
    def build(self) -> None:
        self.section = editing.find_section(self.definition, self.keys[0])
        self.askable = choosing.askable(self.definition, self.keys[0], section=True)
        self.form = SectionForm(self.section, self.data)

    def obey(self) -> Edit:
        assert isinstance(self.form, SectionForm) and self.data is not None
        when = conditions.read_condition(
            self.section, self.definition, self.askable, self.data, self.button
        )
        changes = self.form.changes() | {"show_if": when}
        return editing.set_section(self.definition, self.keys[0], changes)

    def context(self) -> Json:
        return super().context() | {
            "title": f"Phần {editing.name_of(self.section)}",
            "plain": list(self.form),
            "when": conditions.shown(self.section, outline.specs_of(self.definition), self.askable),
            "findings": findings_at(self.definition, self.keys[0], ""),
        }


class FieldFace(Face):
    """A question or a column."""

    def build(self) -> None:
        self.target = Target(self.definition, *self.keys)
        self.spec = self.target.spec
        self.askable = choosing.askable(self.definition, self.keys[0])
        self.form = PanelForm(self.target, self.data if self.button not in ALONE else None)

    def edit(self) -> Edit | None:
        """Another type makes another panel, another key another address: each has a button."""
        if self.button not in ALONE or self.data is None:
            return super().edit()
        name = ALONE[self.button]
        wanted = self.data.get(name, "")
        if name == "type" and wanted not in self.target.kinds:
            raise EditRefused("Hãy chọn kiểu có trong danh sách.")
        return self.target.apply({name: wanted}, self.target.published_in(self.published))

    def obey(self) -> Edit:
        assert isinstance(self.form, PanelForm) and self.data is not None
        changes = self.form.changes() | rows.changes_of(self.spec, self.data, self.button)
        if self.thing == "o":
            changes["show_if"] = conditions.read_condition(
                self.spec, self.definition, self.askable, self.data, self.button
            )
        return self.target.apply(changes, self.target.published_in(self.published))

    def context(self) -> Json:
        return super().context() | self._properties() | self._rows() | self._place()

    def _properties(self) -> Json:
        shown = list(self.form)
        return {
            "title": f"{'Cột' if self.thing == 'cot' else 'Câu hỏi'} {editing.name_of(self.spec)}",
            "plain": [one for one in shown if one.name not in RARE],
            "rare": [one for one in shown if one.name in RARE],
            "rare_open": any(one.errors for one in shown if one.name in RARE),
            "spec": self.spec,
            "kinds": [(kind, vocabulary.TYPES[kind]) for kind in self.target.kinds],
            "key_stays": self.keys[-1] in self.target.published_in(self.published),
        }

    def _rows(self) -> Json:
        kind, options = self.spec["type"], self.spec.get("options")
        found: Json = {}
        if kind in ("choice", "checks"):
            found["options"] = options if isinstance(options, list) else []
        if kind in ("person", "organisation"):
            found["parts"] = rows.part_rows(self.spec)
        if kind == "table":
            words = vocabulary.TYPES
            found["columns"] = [
                {**c, "kind": words.get(c.get("type", ""), "")} for c in columns_of(self.spec)
            ]
            found["column_kinds"] = [(k, words[k]) for k in vocabulary.COLUMN_TYPES]
        return found

    def _place(self) -> Json:
        section, _ = editing.place_of(self.definition, self.keys[0])
        found: Json = {"section": editing.find_section(self.definition, section)}
        if self.thing == "o":
            specs = outline.specs_of(self.definition)
            found["when"] = conditions.shown(self.spec, specs, self.askable)
            found["findings"] = findings_at(self.definition, section, self.keys[0])
        return found
