"""Drafts by Cúc in different states, made through procedures.actions as she and Dũng would."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from accounts.models import User
from portal.demo.accounts import CUC, DUNG
from procedures import actions
from procedures.models import Draft, Procedure

Change = Callable[[dict[str, Any]], dict[str, Any]]


def load_drafts(people: dict[str, User], *, now: datetime) -> int:
    """Make them once: with any draft there, people have begun to work. How many are new."""
    if Draft.objects.exists():
        return 0
    with transaction.atomic():
        return _load(people, now)


def _load(people: dict[str, User], now: datetime) -> int:
    cuc, dung = people[CUC.email], people[DUNG.email]
    yesterday, at = now - timedelta(days=1), now - timedelta(hours=2)
    _written("1.001193", _birth, "Nói rõ thời hạn đi đăng ký", cuc, yesterday)
    _published("2.000815", _copies, "Dặn mang đủ số bản", cuc, dung, now)
    review = _written("1.004873", _marriage, "Rút ngắn còn 02 ngày", cuc, yesterday)
    actions.submit_draft(review, revision=review.revision, by=cuc, at=at)
    soon = _written("1.004884", _again, "Theo quyết định công bố mới", cuc, yesterday)
    soon = actions.submit_draft(soon, revision=soon.revision, by=cuc, at=yesterday)
    actions.approve_draft(
        soon,
        revision=soon.revision,
        by=dung,
        at=at,
        publish_on=localdate(now) + timedelta(days=21),
        note="Áp dụng cùng ngày với quyết định.",
    )
    actions.new_draft(
        {"code": "9.000001", "name": "Đăng ký giữ chỗ trẻ vào lớp 1 trong năm học"},
        by=cuc,
        at=at,
    )
    return 5


def edited_codes() -> set[str]:
    """Procedures whose words are an editor's now: loading the demo again leaves them alone."""
    edited = Q(versions__prepared_by__isnull=False) | Q(retired_on__isnull=False)
    return set(Procedure.objects.filter(edited).values_list("code", flat=True))


def _written(code: str, change: Change, summary: str, by: User, at: datetime) -> Draft:
    procedure = Procedure.objects.select_related("current").get(code=code)
    draft = actions.open_draft(procedure, by=by, at=at)
    return actions.save_draft(
        draft, revision=draft.revision, by=by, at=at, record=change(draft.record), summary=summary
    )


def _published(
    code: str, change: Change, summary: str, by: User, approver: User, at: datetime
) -> None:
    draft = _written(code, change, summary, by, at)
    draft = actions.submit_draft(draft, revision=draft.revision, by=by, at=at)
    actions.approve_draft(
        draft, revision=draft.revision, by=approver, at=at, publish_on=localdate(at)
    )


def _birth(record: dict[str, Any]) -> dict[str, Any]:
    more = "Đăng ký sau 60 ngày vẫn được nhận, không bị phạt."
    return {"conditions": f"{record['conditions']}\n{more}"}


def _copies(record: dict[str, Any]) -> dict[str, Any]:
    more = "Mang theo đủ số bản cần chứng thực để không phải chờ sao chụp."
    return {
        "conditions": f"{record['conditions']}\n{more}",
        "keywords": [*record["keywords"], "sao y công chứng"],
    }


def _marriage(record: dict[str, Any]) -> dict[str, Any]:
    words = "02 ngày làm việc, chưa tính thời gian xác minh ở nơi khác"
    channels = [way | {"time": 2, "time_text": words} for way in record["channels"]]
    return {"channels": channels, "summary": record["summary"].replace("nhà đất", "đất đai")}


def _again(record: dict[str, Any]) -> dict[str, Any]:
    return {"decision_no": "2210/QĐ-BTP", "decision_date": "", "legal_basis": [
        *record["legal_basis"],
        {"number": "07/2025/NĐ-CP", "name": "Sửa đổi các nghị định về hộ tịch, chứng thực",
         "issued": "2025-01-09", "issuer": "Chính phủ"},
    ]}  # fmt: skip
