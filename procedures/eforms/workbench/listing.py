"""The whole form as the structure page shows it, and as the preview can draw it."""

from collections import defaultdict
from typing import Any

from .. import choosing, outline, vocabulary
from ..definition import DefinitionInvalid, parse
from ..lint import Finding, lint
from ..schema import check_definition

Json = dict[str, Any]


def listing(definition: Json) -> Json:
    """Sections with their questions, each with its words and findings."""
    findings = lint(definition)
    at: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        at[finding.section, finding.key].append(finding)
    specs = outline.specs_of(definition)
    sections = [
        _item(section, specs, at[section["key"], ""])
        | {
            "title": section["title"],
            "fields": [
                _item(spec, specs, at[section["key"], spec["key"]])
                | {"label": spec["label"], "kind": kind_words(spec)}
                for spec in section["fields"]
            ],
        }
        for section in definition["sections"]
    ]
    return {
        "sections": sections,
        "general": at["", ""],
        "errors": sum(finding.is_error for finding in findings),
        "advice": sum(not finding.is_error for finding in findings),
        "problems": check_definition(definition),
        "count": len(specs),
    }


def _item(item: Json, specs: dict[str, Json], findings: list[Finding]) -> Json:
    when = choosing.in_words(item["show_if"], specs) if "show_if" in item else ""
    return {
        "key": item["key"],
        "required": item.get("required") is True,
        "when": when,
        "findings": findings,
        "wrong": any(finding.is_error for finding in findings),
    }


def kind_words(spec: Json) -> str:
    words = vocabulary.TYPES.get(spec["type"], str(spec["type"]))
    options = spec.get("options")
    return f"{words} ({len(options)})" if isinstance(options, list) else words


def findings_at(definition: Json, section: str, key: str) -> list[Finding]:
    return [f for f in lint(definition) if f.section == section and f.key == key]


def presentable(definition: Json) -> Json:
    """As far as it can be drawn today: without empty sections, and without conditions that
    ask what does not come before. Raises DefinitionInvalid when that does not help."""
    seen: set[str] = set()
    sections = []
    for section in definition["sections"]:
        fields = []
        shown = _with_condition(section, seen)
        for spec in section["fields"]:
            fields.append(_with_condition(spec, seen))
            seen.add(spec["key"])
        if fields:
            sections.append({**shown, "fields": fields})
    if not sections:
        raise DefinitionInvalid(["Biểu mẫu chưa có câu hỏi nào để xem."])
    drawn = {**definition, "sections": sections}
    parse(drawn)
    return drawn


def _with_condition(item: Json, seen: set[str]) -> Json:
    condition = outline.condition_of(item)
    if "show_if" in item and (condition is None or outline.asked_by(item) - seen):
        return {name: value for name, value in item.items() if name != "show_if"}
    return item
