"""What importing each row would do, found out without doing it."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from procedures import eforms
from procedures.exchange.merging import merged
from procedures.exchange.rows import SAME, SourceRow
from procedures.models import Fate, Procedure, ProcedureVersion, SourceLine
from procedures.records import differences, digest_of, missing_of, normal, record_of
from procedures.records.reading import with_record_parts

MOST_CHANGES = 60
_CLIP = 600
_CODE = 40


@dataclass(slots=True)
class Verdict:
    """`record` (in normal form) and `eform` are what would be put in force; None for rows that
    are rejected or say what they said last time."""

    row: SourceRow
    fate: Fate
    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    changes: list[list[str]] = field(default_factory=list)
    base: ProcedureVersion | None = None
    record: dict[str, Any] | None = None
    eform: dict[str, Any] | None = None
    draftable: bool = False

    @property
    def detail(self) -> dict[str, Any]:
        found = {"reasons": self.reasons, "notes": self.notes, "changes": self.changes}
        return {name: value for name, value in found.items() if value}


def judge(
    rows: Sequence[SourceRow], *, source: str, taken: dict[str, int], remembered: bool = True
) -> list[Verdict]:
    """`taken`: codes met earlier in this file and their lines; grows. `remembered`: rows that
    say what their source said last are unchanged without looking further."""
    known = _known(row.code for row in rows)
    lines = _lines(source, rows) if remembered else {}
    news = [
        row
        for row in rows
        if not row.problem and not (row.code in known and lines.get(row.code) == row.digest)
    ]
    bases = _bases(known[row.code] for row in news if row.code in known)
    verdicts = []
    for row in rows:
        if row.code and row.code in taken:
            reason = f"mã {row.code} đã có ở dòng {taken[row.code]}."
            verdicts.append(Verdict(row, Fate.REJECTED, [reason]))
            continue
        if row.code:
            taken[row.code] = row.number
        procedure = known.get(row.code)
        if procedure and lines.get(row.code) == row.digest:
            verdicts.append(Verdict(row, Fate.UNCHANGED, notes=_retired(procedure)))
        else:
            base = bases.get(procedure.pk) if procedure else None
            verdicts.append(_verdict(row, procedure, base))
    return verdicts


def _verdict(row: SourceRow, procedure: Procedure | None, base: ProcedureVersion | None) -> Verdict:
    content = row.content
    if content.problems:
        return Verdict(row, Fate.REJECTED, content.problems, content.notes)
    before = record_of(base) if base else None
    record, problems = normal(merged(content.data, before))
    eform = content.eform
    if eform is SAME:
        eform = base.eform if base else None
    verdict = Verdict(row, Fate.NEW, notes=content.notes, record=record, eform=eform)
    verdict.reasons = [str(problem) for problem in problems]
    if not verdict.reasons and eform is not None:
        verdict.reasons = [f"Biểu mẫu điện tử: {one}" for one in eforms.check_definition(eform)]
    if not verdict.reasons:
        verdict.reasons = [str(problem) for problem in missing_of(record)]
        verdict.draftable = bool(verdict.reasons and record["code"])
    if verdict.reasons:
        verdict.fate = Fate.REJECTED
    elif procedure and procedure.current_id is None:
        verdict.notes = [*verdict.notes, *_retired(procedure)]
    elif base and before is not None:
        _compare(verdict, base, before)
    if procedure and procedure.current_id:
        verdict.base = base
    return verdict


def _compare(verdict: Verdict, base: ProcedureVersion, before: dict[str, Any]) -> None:
    assert verdict.record is not None
    was = base.content_digest or digest_of(before, base.eform)
    if digest_of(verdict.record, verdict.eform) == was:
        verdict.fate, verdict.record = Fate.UNCHANGED, None
        return
    verdict.fate = Fate.CHANGED
    found = differences(before, verdict.record, eform_before=base.eform, eform_after=verdict.eform)
    verdict.changes = [
        [one.place, one.what, *_clipped(one.before, one.after)] for one in found[:MOST_CHANGES]
    ]
    if len(found) > MOST_CHANGES:
        verdict.notes = [*verdict.notes, f"Còn {len(found) - MOST_CHANGES} chỗ khác nữa."]


def _clipped(before: str, after: str) -> tuple[str, str]:
    """Of long texts the part from shortly before where they part."""
    start = 0
    if before and after and max(len(before), len(after)) > _CLIP:
        start = max(0, len(os.path.commonprefix([before, after])) - _CLIP // 4)
    return _cut(before, start), _cut(after, start)


def _cut(text: str, start: int) -> str:
    head = "… " if start else ""
    tail = " …" if len(text) > start + _CLIP else ""
    return f"{head}{text[start : start + _CLIP]}{tail}"


def _retired(procedure: Procedure) -> list[str]:
    return [] if procedure.current_id else ["Thủ tục này đã bãi bỏ ở cổng."]


def _known(codes: Iterable[str]) -> dict[str, Procedure]:
    wanted = {code for code in codes if code and len(code) <= _CODE}
    found = Procedure.objects.filter(code__in=wanted).only("pk", "code", "current_id")
    return {procedure.code: procedure for procedure in found}


def _lines(source: str, rows: Sequence[SourceRow]) -> dict[str, str]:
    found = SourceLine.objects.filter(source=source, code__in=[row.code for row in rows])
    return dict(found.values_list("code", "digest"))


def _bases(procedures: Iterable[Procedure]) -> dict[int, ProcedureVersion]:
    """By procedure: the version in force, of retired ones the last."""
    wanted = list(procedures)
    ids = [one.current_id for one in wanted if one.current_id]
    if retired := [one.pk for one in wanted if not one.current_id]:
        last: dict[int, int] = {}
        found = ProcedureVersion.objects.filter(procedure__in=retired).order_by("number")
        last.update(found.values_list("procedure_id", "pk"))
        ids += last.values()
    versions = with_record_parts(ProcedureVersion.objects.filter(pk__in=ids))
    return {version.procedure_id: version for version in versions}
