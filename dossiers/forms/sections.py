"""The declaration's pages: all on one when it is short, else one a section."""

from dataclasses import dataclass
from typing import Any

from procedures import eforms

# Up to here one page is quicker than several (draft regulation on forms: "biểu mẫu đơn giản").
ONE_PAGE_FIELDS = 12


@dataclass(frozen=True, slots=True)
class Part:
    """`address` is the last piece of its URL, "" when it is the only page."""

    address: str
    title: str
    sections: tuple[str, ...]


def on_one_page(definition: dict[str, Any]) -> bool:
    return len(definition["sections"]) == 1 or eforms.count_fields(definition) <= ONE_PAGE_FIELDS


def parts_of(definition: dict[str, Any], answers: dict[str, Any]) -> list[Part]:
    """The pages asked, given the answers so far."""
    if on_one_page(definition):
        keys = tuple(section["key"] for section in definition["sections"])
        return [Part("", definition["title"], keys)]
    return [
        Part(section.key, section.title, (section.key,))
        for section in eforms.visible_sections(definition, answers)
    ]


def part_address(definition: dict[str, Any], section: str) -> str:
    """Where a section is asked."""
    return "" if on_one_page(definition) else section


def part_asking(definition: dict[str, Any], key: str) -> str:
    """Where the question `key` is asked."""
    return part_address(definition, eforms.section_of(definition, key))
