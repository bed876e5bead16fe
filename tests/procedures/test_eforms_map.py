"""docs/eforms.md against the e-forms, both ways: no item of a form without a field, no
field that no item of the official form asks for."""

import json
import re
from pathlib import Path

import pytest

from procedures.importing import DEMO_FOLDER

DOC = Path(__file__).parents[2] / "docs/eforms.md"
SECTIONS = {
    part.split()[0]: part for part in re.split(r"^## ", DOC.read_text("utf-8"), flags=re.M)[1:]
}
CODES = sorted(path.stem for path in (DEMO_FOLDER / "eforms").glob("*.json"))


def mapped(code: str) -> set[str]:
    """The keys in the last column of the section's table."""
    rows = [line for line in SECTIONS[code].splitlines() if line.startswith("|")]
    return {key for row in rows[2:] for key in re.findall(r"`([a-z][a-z0-9_.]*)`", row)}


def keys(code: str, *, data: bool) -> set[str]:
    """Keys of the form: all it has, or with data=True only those that hold an answer."""
    form = json.loads((DEMO_FOLDER / "eforms" / f"{code}.json").read_text("utf-8"))
    found: set[str] = set()
    for field in (field for section in form["sections"] for field in section["fields"]):
        if data and field["type"] in ("note", "heading"):
            continue
        parts = {f"{field['key']}.{part}" for part in field.get("parts", ())}
        columns = {f"{field['key']}.{column['key']}" for column in field.get("columns", ())}
        own = set() if data and parts else {field["key"]}
        found |= own | parts | columns
    return found


def test_every_eform_has_its_table() -> None:
    assert sorted(SECTIONS) == CODES


@pytest.mark.parametrize("code", CODES)
def test_every_key_in_the_table_exists(code: str) -> None:
    assert mapped(code) - keys(code, data=False) == set()


@pytest.mark.parametrize("code", CODES)
def test_every_answer_belongs_to_an_item_of_the_official_form(code: str) -> None:
    assert keys(code, data=True) - mapped(code) == set()


@pytest.mark.parametrize("code", CODES)
def test_every_item_of_the_official_form_has_a_field(code: str) -> None:
    rows = [line for line in SECTIONS[code].splitlines() if line.startswith("| ")][1:]
    assert rows and all("`" in row for row in rows)
