"""Messages about one dossier between its people and the office. They decide nothing: whatever
changes a dossier is a move."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import Agency, Position, User
from accounts.roles import Role
from dossiers import policies, standing
from dossiers.actions.errors import DossierError, MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.notices import tell_of_message
from dossiers.actions.places import KINDS
from dossiers.models import CheckState, Dossier, Message, MessageFile
from dossiers.models.message import LONGEST
from dossiers.workflow import TERMINAL, WITH_DECIDING_AGENCY, Actor, Status
from notices import actions as notices
from portal.lib import files
from portal.lib.outbox import LeaseLost, hint
from portal.lib.text import nfc

A_DAY = timedelta(days=1)
# Messages about one dossier by one person in a day; files of one message.
MOST_A_DAY, MOST_FILES = 20, 5
# A dossier that is over can still be asked about this long.
AFTER_THE_END = timedelta(days=30)
_OFFICE = (Actor.RECEPTION, Actor.SPECIALIST, Actor.LEADER, Actor.CLERK)


@dataclass(frozen=True, slots=True)
class _Stored:
    name: str
    stored: str
    checked: files.Checked


def speaks(dossier: Dossier, user: Any, *, office: bool) -> bool:
    """Whether the person stands on this side of the dossier's messages."""
    actors = _OFFICE if office else (Actor.CITIZEN,)
    return any(policies.plays(user, dossier, actor) for actor in actors)


def message_refusal(dossier: Dossier, *, by: Any, at: datetime, office: bool) -> str | None:
    """Why this person may not write (from the office's or the people's side) now."""
    if not speaks(dossier, by, office=office):
        return "Bạn không có quyền nhắn tin về hồ sơ này."
    if dossier.status == Status.DRAFT:
        return "Hồ sơ chưa nộp nên chưa nhắn tin được."
    ended = dossier.returned_at or dossier.refused_at
    if dossier.status in TERMINAL and ended and at > ended + AFTER_THE_END:
        return "Hồ sơ đã kết thúc quá 30 ngày nên không nhắn tin được nữa."
    return None


def send_message(
    dossier: Dossier,
    *,
    body: str,
    by: User,
    at: datetime,
    token: uuid.UUID,
    office: bool,
    uploads: Sequence[Any] = (),
) -> Message:
    """One message with its files, or none of it: the sentence says what is wrong. The same
    `token` again (a double click, Back) is the message that is there."""
    if why := message_refusal(dossier, by=by, at=at, office=office):
        raise MoveRefused(why)
    if known := dossier.messages.filter(token=token, author=by).first():
        return known
    body = _text(body)
    _check_day(dossier, by, at)
    stored = _store(uploads)
    try:
        with transaction.atomic():
            locked = lock(dossier)
            if known := locked.messages.filter(token=token, author=by).first():
                _drop(stored)
                return known
            _check_day(locked, by, at)
            return _record(locked, body, by, at, token, office, stored)
    except DossierError:
        _drop(stored)
        raise


def _text(body: str) -> str:
    body = nfc(body).replace("\r\n", "\n").strip()
    if not body:
        raise DossierError("Hãy viết nội dung tin nhắn.")
    if len(body) > LONGEST:
        raise DossierError(f"Tin nhắn có tối đa {LONGEST} ký tự; bạn đã viết {len(body)}.")
    return body


def _check_day(dossier: Dossier, by: User, at: datetime) -> None:
    today = dossier.messages.filter(author=by, sent_at__gt=at - A_DAY).count()
    if today >= MOST_A_DAY:
        raise DossierError(
            f"Mỗi ngày gửi tối đa {MOST_A_DAY} tin về một hồ sơ. Cần gấp, hãy gọi điện cho cơ quan."
        )


def _store(uploads: Sequence[Any]) -> list[_Stored]:
    """Bytes first, rows later, as papers: a crash leaves an orphan for the sweep."""
    if len(uploads) > MOST_FILES:
        raise DossierError(f"Mỗi tin nhắn kèm tối đa {MOST_FILES} tệp.")
    limit, done = settings.UPLOAD_LIMITS["max_bytes"], list[_Stored]()
    for upload in uploads:
        name = files.clean_name(upload.name)
        try:
            checked = files.check_upload(upload, kinds=KINDS, max_bytes=limit)
            done.append(_Stored(name, files.store_file(upload, "messages"), checked))
        except files.FileRefused as refused:
            _drop(done)
            raise DossierError(f"{name}: {refused}") from refused
    return done


def _drop(stored: list[_Stored]) -> None:
    for one in stored:
        files.drop_file(one.stored)


def _record(
    locked: Dossier,
    body: str,
    by: User,
    at: datetime,
    token: uuid.UUID,
    office: bool,
    stored: list[_Stored],
) -> Message:
    unread = locked.messages.filter(from_office=office, read_at=None).exists()
    message = Message.objects.create(
        dossier=locked,
        from_office=office,
        author=by,
        agency=_speaks_for(by, locked) if office else None,
        body=body,
        token=token,
        sent_at=at,
    )
    for one in stored:
        public_id = uuid.uuid4()
        MessageFile.objects.create(
            key=f"message-file-{public_id}",
            public_id=public_id,
            message=message,
            filename=one.name,
            stored_name=one.stored,
            kind=one.checked.kind,
            mime=one.checked.mime,
            size=one.checked.size,
            sha256=one.checked.sha256,
        )
    if stored:
        hint("dossiers.tasks.check_papers")
    if office:  # a word of the office ends a silence and answers a reminder
        locked.heard_at, locked.silence_told_at, locked.nudge_waits = at, None, False
        locked.save(update_fields=["heard_at", "silence_told_at", "nudge_waits"])
    if not unread:  # who has not read the last one was told of it already
        _tell(message)
    return message


def _speaks_for(by: User, dossier: Dossier) -> Agency:
    """The deciding agency for those who decide there, else the desk."""
    deciders = (Actor.SPECIALIST, Actor.LEADER)
    at_deciding = any(policies.plays(by, dossier, actor) for actor in deciders)
    return dossier.deciding_agency if at_deciding else dossier.receiving_agency


def _tell(message: Message) -> None:
    """That there is a message, never what it says: mail is read by many machines."""
    dossier = message.dossier
    if message.from_office:
        tell_of_message(message)
        return
    link = reverse("officer-messages", args=[dossier.public_id])
    for officer in _who_answers(dossier, message.sent_at):
        notices.queue(
            key=f"{dossier.public_id}/message-{message.pk}/{officer.pk}",
            kind="message",
            subject=f"Người nộp hồ sơ {dossier.code} nhắn tin",
            body=f"Có tin nhắn mới về hồ sơ {dossier.code}.\n\nMở: {notices.absolute(link)}",
            at=message.sent_at,
            user=officer,
            link=link,
        )


def _who_answers(dossier: Dossier, at: datetime) -> list[User]:
    """The unit that holds the dossier, in their inbox on the portal only."""
    role = Role.SPECIALIST if dossier.status in WITH_DECIDING_AGENCY else Role.RECEPTION
    held = Position.objects.in_force(at.date()).filter(
        agency=standing.holder(dossier), role=role, user__is_active=True
    )
    return [post.user for post in held.select_related("user").order_by("user_id")[:20]]


def mark_messages_read(
    dossier: Dossier, *, by: User, at: datetime, up_to: int, office: bool
) -> int:
    """This side has read the other's messages up to that one; how many were new."""
    if not speaks(dossier, by, office=office):
        raise MoveRefused("Bạn không có quyền đọc tin nhắn của hồ sơ này.")
    unread = dossier.messages.filter(from_office=not office, read_at=None, pk__lte=up_to)
    return unread.update(read_at=at, read_by=by)


@transaction.atomic
def record_message_check(
    file: MessageFile, *, state: CheckState, at: datetime, note: str = "", **made: Any
) -> None:
    """What the worker found; `made`: the columns of the clean copy."""
    changes = {"state": state, "state_note": note[:250], **made}
    MessageFile.objects.filter(pk=file.pk).update(**changes)
    if not file.settle_done(at):
        raise LeaseLost
