"""Can a condition ever hold? By writing it out as alternatives of simple demands.

A demand says which values one question may have (`_Only`: one of these; `_Not`: none of these);
NONE stands for "not answered". A demand for an answer brings in the conditions of the question
itself. Above BUDGET alternatives nothing is claimed: better no warning than a wrong one.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from . import outline
from .limits import day_limit

Json = dict[str, Any]
NONE = "∅"
BUDGET = 400  # alternatives of one condition
STEPS = 50_000  # of all conditions of a definition


class _TooMany(Exception):
    pass


class Demand(NamedTuple):
    """`only`: the value is among `values`; else it is none of them."""

    only: bool
    values: frozenset[str]


Clause = dict[tuple[str, str], Demand]  # (question, "" or option of several) → demand


class Reach:
    """Answers for one definition, each question's own conditions taken along."""

    def __init__(self, definition: Any) -> None:
        self.specs = outline.specs_of(definition)
        self.whens: dict[str, list[Json]] = {}
        self.steps = STEPS
        for section, spec in outline.walk(definition):
            found = [outline.condition_of(item) for item in (section, spec)]
            if isinstance(key := spec.get("key"), str):
                self.whens.setdefault(key, [when for when in found if when])

    def possible(self, *conditions: Json | None) -> bool:
        """False only when no answers make all of them hold."""
        wanted = [condition for condition in conditions if condition]
        try:
            clauses: list[Clause] = [{}]
            for condition in wanted:
                clauses = self._both(clauses, list(self._alternatives(condition, True)))
            return any(self._stands(clause, frozenset()) for clause in clauses)
        except (_TooMany, RecursionError):
            return True

    def _alternatives(self, condition: Json, wanted: bool) -> Iterator[Clause]:
        if "not" in condition:
            yield from self._alternatives(condition["not"], not wanted)
        elif "field" in condition:
            yield from self._leaf(condition, wanted)
        else:
            parts = condition.get("all") or condition["any"]
            if ("all" in condition) is wanted:
                clauses: list[Clause] = [{}]
                for part in parts:
                    clauses = self._both(clauses, list(self._alternatives(part, wanted)))
                yield from clauses
            else:
                for part in parts:
                    yield from self._alternatives(part, wanted)

    def _leaf(self, leaf: Json, wanted: bool) -> Iterator[Clause]:
        key = leaf["field"]
        kind = self.specs.get(key, {}).get("type")
        if "filled" in leaf:
            yield {(key, ""): Demand(leaf["filled"] is not wanted, frozenset({NONE}))}
            return
        values = [_word(value) for value in leaf.get("in", [leaf.get("equals")])]
        if kind == "checks":
            # Several may be ticked: each option is a question of its own.
            ticks = [{(key, value): Demand(wanted, frozenset({"x"}))} for value in values]
            if wanted:
                answered = Demand(False, frozenset({NONE}))
                yield from ({(key, ""): answered} | tick for tick in ticks)
            else:
                yield {name: demand for tick in ticks for name, demand in tick.items()}
            return
        yield {(key, ""): Demand(wanted, frozenset(values))}

    def _both(self, one: list[Clause], other: list[Clause]) -> list[Clause]:
        self.steps -= len(one) * len(other)
        if len(one) * len(other) > BUDGET or self.steps < 0:
            raise _TooMany
        joined = (self._joined(a, b) for a in one for b in other)
        return [clause for clause in joined if clause is not None]

    def _joined(self, one: Clause, other: Clause) -> Clause | None:
        clause = dict(one)
        for name, demand in other.items():
            known = clause.get(name)
            clause[name] = _meet(known, demand) if known else demand
        return clause if all(self._has_value(*item) for item in clause.items()) else None

    def _has_value(self, name: tuple[str, str], demand: Demand) -> bool:
        key, option = name
        spec = self.specs.get(key, {})
        if option:
            return not demand.values or not demand.only or option in (_options(spec) or [option])
        domain = _domain(spec)
        if domain is not None:
            return any((value in demand.values) is demand.only for value in domain)
        return not demand.only or any(_fits(spec, value) for value in demand.values)

    def _stands(self, clause: Clause, told: frozenset[str]) -> bool:
        """Also when the questions that must be answered have to be asked first."""
        self.steps -= 1
        if self.steps < 0:
            raise _TooMany
        needed = sorted({k for (k, option), d in clause.items() if not option and _answered(d)})
        key = next((key for key in needed if key not in told), None)
        if key is None:
            return True
        clauses = [clause]
        for condition in self.whens.get(key, ()):
            clauses = self._both(clauses, list(self._alternatives(condition, True)))
        return any(self._stands(one, told | {key}) for one in clauses)


def _meet(one: Demand, other: Demand) -> Demand:
    if one.only and other.only:
        return Demand(True, one.values & other.values)
    if one.only or other.only:
        only, barred = (one, other) if one.only else (other, one)
        return Demand(True, only.values - barred.values)
    return Demand(False, one.values | other.values)


def _answered(demand: Demand) -> bool:
    return (NONE in demand.values) is not demand.only


def _word(value: Any) -> str:
    """One word a value, as conditions compare: true is not 1, 5 and 5.0 are the same."""
    if isinstance(value, bool):
        return f"b:{value}"
    if isinstance(value, int | float):
        try:
            return f"n:{Decimal(str(value)).normalize():f}"
        except (InvalidOperation, ValueError, OverflowError):
            return f"n:{value}"
    return f"s:{value}"


def _options(spec: Json) -> list[str] | None:
    options = spec.get("options")
    if not isinstance(options, list):
        return None
    return [_word(o.get("value")) for o in options if isinstance(o, dict)]


def _domain(spec: Json) -> list[str] | None:
    """Every value an answer may have; None when there is no end of them."""
    kind = spec.get("type")
    if kind in (None, "heading", "note"):
        return [NONE]
    if kind == "yes_no":
        return [NONE, _word(True), _word(False)]
    if kind == "choice":
        options = _options(spec)
        return None if options is None else [NONE, *options]
    return None


def _fits(spec: Json, word: str) -> bool:
    """May this one value be an answer, by kind and limits?"""
    if word == NONE:
        return True
    kind, sort, value = spec.get("type"), word[:2], word[2:]
    if sort == "b:":
        return False  # only yes_no answers with it
    if kind in ("number", "money"):
        return sort == "s:" or _within(spec, value)
    if kind == "date":
        return _is_day(spec, value) if sort == "s:" else False
    return True


def _within(spec: Json, value: str) -> bool:
    try:
        number = Decimal(value)
        low, high = (spec.get(name) for name in ("min", "max"))
        return not (
            (low is not None and number < Decimal(str(low)))
            or (high is not None and number > Decimal(str(high)))
        )
    except (InvalidOperation, ValueError):
        return True


def _is_day(spec: Json, value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    limits = [day_limit(x) if isinstance(x := spec.get(n), str) else None for n in ("min", "max")]
    low, high = (limit.isoformat() if limit else "" for limit in limits)
    return (not low or value >= low) and (not high or value <= high)
