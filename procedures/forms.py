"""The catalogue's search and filters."""

from typing import Any

from django import forms

from procedures import search
from procedures.reference import AUDIENCES, LEVEL_WORDS


class SearchWords(forms.CharField):
    """One line of at most search.LONGEST characters, without what no keyboard types."""

    def to_python(self, value: Any) -> str:
        text = "".join(c if c.isprintable() else " " for c in str(value or ""))
        return " ".join(text.split())[: search.LONGEST]


class CatalogueForm(forms.Form):
    """Read from the address. A value that is no choice counts as not given: such an address
    was edited by hand, and the page says which filters are on."""

    q = SearchWords(label="Từ khóa hoặc mã thủ tục", required=False)
    linh_vuc = forms.ChoiceField(label="Lĩnh vực", required=False)
    muc_do = forms.ChoiceField(label="Mức độ trực tuyến", required=False)
    co_quan = forms.ChoiceField(label="Cơ quan giải quyết", required=False)
    doi_tuong = forms.ChoiceField(label="Đối tượng thực hiện", required=False)
    su_kien = forms.ChoiceField(label="Việc trong đời sống", required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="loc-%s")
        self._choose("linh_vuc", [(row.slug, row.name) for row in search.sectors_in_use()])
        self._choose("muc_do", [(str(level), words) for level, words in LEVEL_WORDS.items()])
        self._choose("co_quan", [row[:2] for row in search.agency_kinds_in_use()])
        self._choose("doi_tuong", list(AUDIENCES.items()))
        self._choose("su_kien", [(row.slug, row.name) for row in search.events_in_use()])

    def add_prefix(self, field_name: str) -> str:
        return field_name.replace("_", "-")

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Tất cả"), *choices]
        field.widget.attrs["class"] = "form-select"

    def filters(self) -> search.Filters:
        self.is_valid()
        good = self.cleaned_data
        return search.Filters(
            q=good.get("q", ""),
            sector=good.get("linh_vuc", ""),
            level=good.get("muc_do", ""),
            agency=good.get("co_quan", ""),
            audience=AUDIENCES.get(good.get("doi_tuong", ""), ""),
            event=good.get("su_kien", ""),
        )

    def chosen(self) -> list[tuple[str, str, str]]:
        """(parameter, label, what was chosen) of every filter that is on, the words first."""
        found = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if value:
                shown = dict(getattr(field, "choices", ())).get(value, f"“{value}”")
                found.append((self.add_prefix(name), str(field.label), str(shown)))
        return found
