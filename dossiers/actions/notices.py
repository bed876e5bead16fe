"""The words of each notice a move sends; the move names the template."""

from datetime import datetime

from django.template.loader import render_to_string
from django.urls import reverse

from dossiers.models import AdditionRound, Dossier, Event, FiledFor, Message
from notices import actions as notices

SUBJECTS = {
    "submitted": "Đã nhận hồ sơ {code} trên hệ thống",
    "accepted": "Hồ sơ {code} đã được tiếp nhận",
    "refused": "Hồ sơ {code} không được tiếp nhận",
    "additions": "Hồ sơ {code} cần bổ sung",
    "additions_again": "Hồ sơ {code} cần bổ sung thêm",
    "additions_complete": "Hồ sơ {code} đã đủ giấy tờ bổ sung",
    "withdrawal_asked": "Đã nhận yêu cầu rút hồ sơ {code}",
    "withdrawal_declined": "Cơ quan không đồng ý cho rút hồ sơ {code}",
    "withdrawn": "Hồ sơ {code} đã được rút theo yêu cầu",
    "stopped": "Hồ sơ {code} tạm dừng giải quyết",
    "goes_on": "Hồ sơ {code} được giải quyết tiếp",
    "ended": "Hồ sơ {code} đã kết thúc và được trả lại",
    "apology": "Xin lỗi Ông/Bà và hẹn lại ngày trả hồ sơ {code}",
    "result": "Hồ sơ {code} đã có kết quả",
    "silence": "Hồ sơ {code} đang được giải quyết ở đâu",
    "remind_additions": "Sắp hết hạn bổ sung hồ sơ {code}",
    "message": "Cơ quan nhắn tin về hồ sơ {code}",
    "returned": "Hồ sơ {code} đã trả kết quả",
    "deadline_reset": "Hạn trả kết quả hồ sơ {code} được đặt lại",
}


def tell(dossier: Dossier, notice: str, *, event: Event) -> None:
    """Queue the notice of a move to the submitter, in the caller's transaction.

    Mail carries the code and what to do, no personal data beyond the name.
    """
    link = reverse("dossier", args=[dossier.public_id])
    before = event.data.get("due_before")
    ahead = before is not None and datetime.fromisoformat(before) > event.at  # an apology in time
    key = f"{event.seq}/{notice}"
    _queue(dossier, notice, key, at=event.at, link=link, event=event, ahead=ahead)


def tell_of_message(message: Message) -> None:
    """The office has written: that it did, not what."""
    link = reverse("messages", args=[message.dossier.public_id])
    _queue(message.dossier, "message", f"message-{message.pk}", at=message.sent_at, link=link)


def remind_of_additions(asked: AdditionRound, *, at: datetime) -> None:
    """Once a round: its end is near."""
    link = reverse("answer-additions", args=[asked.dossier.public_id])
    key = f"round-{asked.number}/remind"
    _queue(asked.dossier, "remind_additions", key, at=at, link=link, asked=asked)


def _queue(
    dossier: Dossier, notice: str, key: str, *, at: datetime, link: str, **extra: object
) -> None:
    context = {
        "dossier": dossier,
        "procedure_name": dossier.version.name,
        "url": notices.absolute(link),
        **extra,
    }
    person = dossier.submitter
    notices.queue(
        key=f"{dossier.public_id}/{key}",
        kind=notice,
        subject=SUBJECTS[notice].format(code=dossier.code),
        body=render_to_string(f"notices/email/{notice}.txt", context).strip(),
        at=at,
        user=person,
        to_address=address_of(dossier),
        link=link,
    )
    if dossier.owner_id and dossier.owner_id != person.pk and not dossier.organisation_id:
        # The owner of a checked account learns what is filed in their name.
        owner = dossier.owner
        notices.queue(
            key=f"{dossier.public_id}/{key}/owner",
            kind=notice,
            subject=SUBJECTS[notice].format(code=dossier.code),
            body=render_to_string(f"notices/email/{notice}.txt", context).strip(),
            at=at,
            user=owner,
            to_address=(owner.email or "") if owner else "",
            link=link,
        )


def address_of(dossier: Dossier) -> str:
    """The contact of the first step when people file for themselves; otherwise who files is
    written to (domain.md §7.3)."""
    filer = dossier.submitter.email or ""
    return (dossier.owner_email or filer) if dossier.filed_for == FiledFor.SELF else filer
