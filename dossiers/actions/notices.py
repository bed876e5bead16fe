"""The words of each notice a move sends; the move names the template."""

from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from accounts.models.organisation import FILING
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
    """Queue the notice of a move to its readers, in the caller's transaction.

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


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is told: `mark` ends the key of their notice, `name` stands in the greeting. Without
    `user` only the address is known."""

    mark: str
    name: str
    address: str
    user: User | None = None


def readers(dossier: Dossier) -> list[Reader]:
    """On the people's side, once each. A firm's dossier is told to who filed it, as long as they
    still file for the firm; afterwards to those who do today, for nobody else can answer. Who has
    left reads no word."""
    if dossier.organisation_id:
        return _of_organisation(dossier)
    who = dossier.submitter
    told = [Reader("", f"Ông/Bà {who.full_name}", address_of(dossier), who)]
    if dossier.owner_id not in (None, who.pk) and dossier.owner:
        # The owner of a checked account learns what is filed in their name.
        told.append(_reader(dossier.owner, "/owner"))
    return told


def _of_organisation(dossier: Dossier) -> list[Reader]:
    organisation = dossier.organisation
    assert organisation
    held = organisation.memberships.filter(user__is_active=True)
    roles = {one.user: one.role for one in held.select_related("user").order_by("user_id")}
    filing = [user for user, role in roles.items() if role in FILING]
    if dossier.submitter in filing:
        return [_reader(dossier.submitter)]
    # Who filed it and only looks on by now still reads it.
    told = [user for user in roles if user in filing or user == dossier.submitter]
    found = [_reader(user, f"/member-{user.pk}") for user in told or roles]
    if not filing and organisation.email:
        found.append(Reader("/organisation", organisation.name, organisation.email))
    return found


def _reader(user: User, mark: str = "") -> Reader:
    return Reader(mark, f"Ông/Bà {user.full_name}", user.email or "", user)


def _queue(
    dossier: Dossier, notice: str, key: str, *, at: datetime, link: str, **extra: object
) -> None:
    for reader in readers(dossier):
        context = {
            "dossier": dossier,
            "reader": reader.name,
            "procedure_name": dossier.version.name,
            "url": notices.absolute(link),
            **extra,
        }
        notices.queue(
            key=f"{dossier.public_id}/{key}{reader.mark}",
            kind=notice,
            subject=SUBJECTS[notice].format(code=dossier.code),
            body=render_to_string(f"notices/email/{notice}.txt", context).strip(),
            at=at,
            user=reader.user,
            to_address=reader.address,
            link=link,
        )


def address_of(dossier: Dossier) -> str:
    """The contact of the first step when people file for themselves; otherwise who files is
    written to (domain.md §7.3)."""
    filer = dossier.submitter.email or ""
    return (dossier.owner_email or filer) if dossier.filed_for == FiledFor.SELF else filer
