"""What the editor's templates show."""

import json
from typing import Any

from procedures.editing.controls import Control, List, Maker, by_path, place_id
from procedures.editing.saving import Outcome
from procedures.editing.sections import SECTION_OF, SECTIONS, Screen, screen_for
from procedures.files import files_by_id
from procedures.models import Draft, DraftState
from procedures.neighbours import LINKS, advice_on_neighbours, sector_names
from procedures.records import Problem, advice_of, missing_of, normal
from procedures.records.limits import DAYS_A_MONTH, HOURS_A_DAY, process_check


def page_context(outcome: Outcome, screen: Screen) -> dict[str, Any]:
    """For content.html and its fragments. `outcome.record` may hold what is no value."""
    draft = outcome.draft
    record = outcome.record if outcome.saved else normal(outcome.record)[0]
    controls, lists = _controls(outcome, screen)
    missing = missing_of(record)
    return {
        "draft": draft,
        "screen": screen,
        "section": screen.section,
        "open": draft.state == DraftState.EDITING,
        "controls": controls,
        "folded": (folded := [control for control in controls if control.folded]),
        "fold_open": any(control.problem for control in folded),
        "lists": lists,
        "title": _title(outcome.record, screen),
        "errors": _errors(outcome, screen),
        "missing": _links(missing, screen),
        "advice": _links(_advice(record, screen), screen),
        "check": process_check(record) if screen.section.slug == "quy-trinh" else None,
        "hours_a_day": HOURS_A_DAY,
        "days_a_month": DAYS_A_MONTH,
        "sections": _sections(missing, screen),
        **_steps(draft, outcome),
    }


def _advice(record: dict[str, Any], screen: Screen) -> list[Problem]:
    """The rest of the catalogue is asked where it is named."""
    names = {"sector", *LINKS}.intersection(screen.section.fields)
    return advice_of(record) + (advice_on_neighbours(record) if names else [])


def _controls(outcome: Outcome, screen: Screen) -> tuple[list[Control], list[List]]:
    values = screen.values(outcome.record)
    offered = {"sector": sector_names()} if "sector" in screen.section.fields else {}
    files = files_by_id(_file_ids(values))
    made = Maker(screen, by_path(outcome.problems), files, offered)
    return made.block(screen.block, values, screen.path)


def _file_ids(values: dict[str, Any]) -> list[str]:
    """Files the page may show a link to."""
    needs = values.get("requirements", ())
    found = [form["file"] for need in needs for form in need["forms"]]
    found += [need["sample"] for need in needs]
    found += [item["file"] for item in values.get("media", ())]
    return [key for key in found if isinstance(key, str)]


def _title(record: dict[str, Any], screen: Screen) -> str:
    if screen.row is None:
        return screen.section.title
    row = screen.values(record)
    if screen.section.own == "cases":
        return f"Trường hợp {screen.row + 1}: {row['name'][:120]}"
    label = dict(screen.block.fields["kind"].choices).get(row["kind"], "")  # type: ignore[attr-defined]
    return f"Cách {screen.row + 1}: {label}"


def _errors(outcome: Outcome, screen: Screen) -> list[tuple[str, str]]:
    """For parts/error_summary.html: (id on this page or "", sentence)."""
    found = [(place_id(p.path) if screen.holds(p.path) else "", str(p)) for p in outcome.problems]
    return [("", outcome.refusal), *found] if outcome.refusal else found


def _links(problems: list[Problem], screen: Screen) -> list[tuple[str, str]]:
    """(address, sentence) of those that belong to this section, wherever it is written."""
    found = []
    for problem in problems:
        if SECTION_OF.get(problem.path.split(".")[0]) != screen.section:
            continue
        here = screen.holds(problem.path)
        page = "" if here else screen_for(problem.path).query
        found.append((f"{page}#{place_id(problem.path)}", str(problem)))
    return found


def _sections(missing: list[Problem], screen: Screen) -> list[dict[str, Any]]:
    found = []
    for section in SECTIONS:
        lacks = sum(SECTION_OF.get(p.path.split(".")[0]) == section for p in missing)
        here = section == screen.section
        found.append(
            {"query": Screen(section).query, "title": section.title, "lacks": lacks, "here": here}
        )
    return found


def _steps(draft: Draft, outcome: Outcome) -> dict[str, Any]:
    """What undo and redo would do; the change the page is made from."""
    near = draft.changes.filter(number__range=(draft.step - 1, draft.step + 1))
    light = near.defer("record", "eform").select_related("by")
    by_number = {change.number: change for change in light}
    now = by_number.get(draft.step)
    can_undo = now is not None and draft.step - 1 in by_number
    refused = not outcome.saved
    return {
        "undo_change": now if can_undo else None,
        "redo_change": by_number.get(draft.step + 1),
        "base": outcome.base if refused else (now.pk if now else ""),
        "revision": outcome.seen if refused else draft.revision,
    }


def conflict_context(outcome: Outcome, screen: Screen) -> dict[str, Any]:
    """Theirs beside mine, place by place, and all that was typed."""
    return {
        "draft": outcome.draft,
        "screen": screen,
        "section": screen.section,
        "title": _title(outcome.record, Screen(screen.section)),
        "merged": outcome.merged,
        "mine": json.dumps(outcome.mine, ensure_ascii=False),
        "base": outcome.base or "",
    }
