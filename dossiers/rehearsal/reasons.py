"""What filing would refuse under a draft, and did not refuse then. Sentences are made of the
catalogue's own words only."""

from typing import Any

from dossiers.models import Dossier
from dossiers.rehearsal.plan import Plan
from dossiers.rehearsal.result import Reason
from procedures import eforms, levels
from procedures.general_form import definition_of
from procedures.models import ChannelKind, ProcedureCase, RequirementOnline


def reasons_of(dossier: Dossier, plan: Plan) -> list[Reason]:
    """What filing would now refuse, and did not refuse then."""
    found = _level_reasons(dossier, plan)
    if not plan.problems:
        found += _eform_reasons(dossier, plan)
    return found + _case_reasons(dossier, plan) + _return_reasons(dossier, plan)


def _level_reasons(dossier: Dossier, plan: Plan) -> list[Reason]:
    online = dossier.channel == ChannelKind.ONLINE
    if online and not levels.offer(plan.level(dossier)).file_online:
        return [Reason("level", "Mức độ mới không nhận hồ sơ trực tuyến.")]
    return []


def _eform_reasons(dossier: Dossier, plan: Plan) -> list[Reason]:
    form = plan.form_after(dossier.version)
    if form.definition is None:
        return []
    answers = dossier.answers
    wrong = form.changed & {key for key, _ in eforms.problems(form.definition, answers)}
    own = definition_of(dossier.version)
    if wrong & set(eforms.parse(own).nodes):
        # Answers age: what their own form refuses today as well is not the draft's doing.
        wrong -= {key for key, _ in eforms.problems(own, answers)}
    nodes = eforms.parse(form.definition).nodes
    return [
        Reason("eform", _eform_sentence(nodes[key].label, answers.get(key)))
        for key in nodes
        if key in wrong
    ]


def _eform_sentence(label: str, answer: Any) -> str:
    if answer in (None, "", [], {}):
        return f"Tờ khai: chưa trả lời “{label}”."
    return f"Tờ khai: câu trả lời “{label}” chưa đủ hoặc không hợp lệ."


def _case_reasons(dossier: Dossier, plan: Plan) -> list[Reason]:
    if dossier.case is None:
        return [Reason("case", "Chưa chọn trường hợp.")] if plan.cases else []
    case = plan.cases.get(dossier.case.key)
    if case is None:
        return [Reason("case", f"Trường hợp “{_short(dossier.case.name)}” không còn.")]
    have = {paper.requirement.key for paper in dossier.usable}  # type: ignore[attr-defined]
    lacked = set(_must(dossier.case)) - have
    return [
        Reason("paper", f"Thiếu giấy tờ: {_short(name)}.")
        for key, name in _must(case).items()
        if key not in have and key not in lacked
    ]


def _must(case: ProcedureCase) -> dict[str, str]:
    """Key and name of the papers without which nothing is filed online."""
    return {
        need.key: need.name
        for need in case.requirements.all()
        if need.mandatory and need.online == RequirementOnline.UPLOAD
    }


def _return_reasons(dossier: Dossier, plan: Plan) -> list[Reason]:
    named = plan.returns or {"desk"}
    allowed = levels.offer(plan.level(dossier)).returns & named or {"desk"}
    if not dossier.return_method or dossier.return_method in allowed:
        return []
    way = str(dossier.get_return_method_display()).lower()
    return [Reason("return", f"Không còn cách nhận kết quả: {way}.")]


def _short(name: str) -> str:
    return name if len(name) <= 160 else f"{name[:159]}…"
