"""What one panel is about, so that a question and a column of a table share a page."""

from dataclasses import dataclass
from typing import Any

from .. import editing, vocabulary
from ..editing import Edit, EditRefused, Json, name_of
from ..keys import KEY
from ..schema import SCHEMA

_COLUMN_WORDS = frozenset(SCHEMA["$defs"]["limits"]["properties"]) | {"type"}


@dataclass(frozen=True, slots=True)
class Target:
    """A question, or one column of a table (`column` is then its key)."""

    definition: Json
    key: str
    column: str = ""

    @property
    def field(self) -> Json:
        return editing.find_field(self.definition, self.key)

    @property
    def spec(self) -> Json:
        if not self.column:
            return self.field
        for column in columns_of(self.field):
            if column.get("key") == self.column:
                return column
        raise EditRefused("Bảng không còn cột này.")

    @property
    def kinds(self) -> tuple[str, ...]:
        return vocabulary.COLUMN_TYPES if self.column else tuple(vocabulary.TYPES)

    def properties(self, kind: str) -> tuple[str, ...]:
        known = vocabulary.properties(kind)
        return tuple(p for p in known if p in _COLUMN_WORDS) if self.column else known

    def published_in(self, base: Json | None) -> frozenset[str]:
        """Keys that earlier answers use: of questions, or of this table's columns."""
        if not self.column:
            return editing.field_keys(base)
        try:
            table = editing.find_field(base or {"sections": []}, self.key)
        except EditRefused:
            return frozenset()
        return frozenset(str(column.get("key")) for column in columns_of(table))

    def apply(self, changes: Json, published: frozenset[str]) -> Edit:
        if not self.column:
            return editing.set_field(self.definition, self.key, changes, published=published)
        # A column is edited as the only question of a form of its own.
        alone = {"title": "x", "sections": [{"key": "x", "title": "x", "fields": [self.spec]}]}
        wanted = changes.get("key", self.column)
        others = {str(c.get("key")) for c in columns_of(self.field)} - {self.column}
        if wanted in others or not KEY.fullmatch(wanted):
            raise EditRefused(f"Khóa “{wanted}” không dùng được cho cột này.")
        made = editing.set_field(alone, self.column, changes, published=published)
        new = editing.find_field(made.definition, made.key)
        columns = [new if c.get("key") == self.column else c for c in columns_of(self.field)]
        edit = editing.set_field(self.definition, self.key, {"columns": columns})
        return Edit(edit.definition, made.key, f"Sửa cột {name_of(new)} của {name_of(self.field)}")


def columns_of(spec: Json) -> list[Json]:
    columns: Any = spec.get("columns")
    return [c for c in columns if isinstance(c, dict)] if isinstance(columns, list) else []
