"""A published version's content in five queries, however much there is."""

import json
from datetime import date
from typing import Any

from django.db.models import DateField, F, TextField, Value
from django.db.models.functions import Cast

from procedures.models import LegalBasis, ProcedureVersion, ResultType, Step
from procedures.records.building import Parts

_COLUMNS = ("kind", "order", "pk", "one", "two", "three", "on")


def parts_in_force(version: ProcedureVersion) -> Parts:
    steps, texts, results = _lists(version)
    return Parts(
        cases=list(version.cases.prefetch_related("requirements")),
        channels=list(version.channels.prefetch_related("fees")),
        steps=steps,
        legal_bases=texts,
        result_types=results,
    )


def _lists(version: ProcedureVersion) -> tuple[list[Step], list[LegalBasis], list[ResultType]]:
    """Three tables of a few short rows each, in one query: the page has twelve at most."""
    no_day = Cast(Value(None), DateField())
    union = _rows(version.steps, "step", "title", "text", Value("", TextField()), no_day).union(
        _rows(version.legal_bases, "text", "number", "name", F("issuer"), F("issued")),
        _rows(version.result_types, "result", "code", "name", Cast("returns", TextField()), no_day),
        all=True,
    )
    found: dict[str, list[Any]] = {"step": [], "text": [], "result": []}
    for kind, order, pk, one, two, three, on in union.order_by("kind", "order", "pk"):
        own = {"pk": pk, "order": order, "version": version}
        found[kind].append(_row(kind, own, one, two, three, _day(on)))
    return found["step"], found["text"], found["result"]


def _rows(manager: Any, kind: str, one: str, two: str, three: Any, on: Any) -> Any:
    return (
        manager.order_by()
        .annotate(
            kind=Value(kind, TextField()),
            one=Cast(one, TextField()),
            two=Cast(two, TextField()),
            three=Cast(three, TextField()),
            on=on,
        )
        .values_list(*_COLUMNS)
    )


def _row(kind: str, own: dict[str, Any], one: str, two: str, three: str, on: date | None) -> Any:
    if kind == "step":
        return Step(title=one, text=two, **own)
    if kind == "text":
        return LegalBasis(number=one, name=two, issuer=three, issued=on, **own)
    return ResultType(code=one, name=two, returns=json.loads(three), **own)


def _day(value: Any) -> date | None:
    """SQLite gives text where a union hides the column's type."""
    return date.fromisoformat(value) if isinstance(value, str) else value
