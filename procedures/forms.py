"""What stands in the address of the catalogue, read and written; the editors' list of words."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from django import forms
from django.urls import reverse

from procedures import search
from procedures.models import Synonym

# Facet of the search → its parameter in the address.
PARAMETERS: dict[str, str] = {
    "q": "q",
    "sector": "linh-vuc",
    "agency": "co-quan",
    "level": "muc-do",
    "audience": "doi-tuong",
    "online": "truc-tuyen",
    "fee": "phi",
    "event": "su-kien",
}
LITERALLY = "nguyen-van"


def filters_of(given: Mapping[str, str]) -> search.Filters:
    """Values nobody knows count as not given: search.find leaves them out and says so."""
    values = {name: given.get(parameter, "") for name, parameter in PARAMETERS.items()}
    return search.Filters(**values | {"q": one_line(values["q"])})


def one_line(text: str) -> str:
    """At most search.LONGEST characters, without what no keyboard types."""
    typed = "".join(c if c.isprintable() else " " for c in text[: 4 * search.LONGEST])
    return " ".join(typed.split())[: search.LONGEST]


def address(
    filters: search.Filters, changes: Mapping[str, str] | None = None, *, literally: bool = False
) -> str:
    """The list with these filters on, some of them changed."""
    wanted = replace(filters, **(changes or {}))
    pairs = [(p, getattr(wanted, name)) for name, p in PARAMETERS.items() if getattr(wanted, name)]
    if literally:
        pairs.append((LITERALLY, "1"))
    return f"{_list()}?{urlencode(pairs)}" if pairs else _list()


@cache
def _list() -> str:
    """A page of results asks eighty times."""
    return reverse("catalogue")


class SynonymForm(forms.ModelForm):
    class Meta:
        model = Synonym
        fields = ["words", "means"]
        help_texts = {
            "words": "Một từ, một tên gọi dân gian hoặc chữ viết tắt: “cccd”, “bằng lái”.",
            "means": "Từ có trong tên thủ tục hoặc từ khóa: “căn cước”, “giấy phép lái xe”.",
        }
        error_messages = {
            "words": {"required": "Hãy ghi từ người dân gõ."},
            "means": {"required": "Hãy ghi từ dùng trong danh mục."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
