"""The declaration's pages: all on one when it is short, else one for a few sections."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from dossiers.models import CheckState, Paper
from procedures import eforms

# Up to here one page is quicker than several (draft regulation on forms: "biểu mẫu đơn giản").
ONE_PAGE_FIELDS = 12
# Short sections share a page up to here: the same regulation wants few steps, and a phone shows
# sixteen controls in four screens.
PAGE_FIELDS = 16


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
    titles = {one.key: one.title for one in eforms.visible_sections(definition, answers)}
    found = []
    for page in eforms.pages(definition, PAGE_FIELDS):
        if shown := [titles[key] for key in page if key in titles]:
            found.append(Part(page[0], "; ".join(shown), page))
    return found


def part_address(definition: dict[str, Any], section: str) -> str:
    """Where a section is asked."""
    if on_one_page(definition):
        return ""
    pages = eforms.pages(definition, PAGE_FIELDS)
    return next((page[0] for page in pages if section in page), section)


def part_asking(definition: dict[str, Any], key: str) -> str:
    """Where the question `key` is asked."""
    return part_address(definition, eforms.section_of(definition, key))


def named_files(papers: Iterable[Paper]) -> dict[str, list[dict[str, str]]]:
    """The files of each question, as an e-form is told of them: an answer keeps ids only."""
    return _by_question(papers, named_file)


def named_file(paper: Paper) -> dict[str, str]:
    return {"id": str(paper.public_id), "name": paper.filename}


def shown_files(papers: Iterable[Paper]) -> dict[str, list[dict[str, str]]]:
    """The same as who sent them sees them before filing (parts/files_given.html)."""
    return _by_question(papers, shown_file)


def shown_file(paper: Paper) -> dict[str, str]:
    """`url` opens what the officer will see, once it is clean."""
    clean = paper.state == CheckState.CLEAN
    said = [f"{paper.pages} trang" if paper.pages else "", filesizeformat(paper.size)]
    said += [] if clean else [paper.get_state_display().lower()]
    url = reverse("paper", args=[paper.public_id]) if clean else ""
    return named_file(paper) | {"url": url, "details": " · ".join(filter(None, said))}


def _by_question(
    papers: Iterable[Paper], told: Callable[[Paper], dict[str, str]]
) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for paper in papers:
        if paper.field_key:
            found[paper.field_key].append(told(paper))
    return found
