"""Telling people: rows now, mails when the worker drains them."""

from datetime import datetime

from django.conf import settings

from accounts.models import User
from notices.models import Notice, NoticeChannel
from portal.lib.outbox import hint


def queue(
    *,
    key: str,
    kind: str,
    subject: str,
    body: str,
    at: datetime,
    user: User | None = None,
    to_address: str = "",
    html: str = "",
    link: str = "",
    listed: bool = True,
) -> None:
    """One notice, in the caller's transaction; the same `key` again changes nothing.

    With an address it is also mailed; without, it is only in the person's inbox.
    """
    notice = Notice(
        key=key,
        user=user,
        channel=NoticeChannel.EMAIL if to_address else NoticeChannel.PORTAL,
        kind=kind,
        to_address=to_address,
        subject=subject[:250],
        body=body,
        html=html,
        link=link,
        listed=listed,
        available_at=at,
        # Nothing to send: it is done when it is written.
        done_at=None if to_address else at,
    )
    # Not ignore_conflicts: SQLite would pass over whatever else is wrong with the row.
    Notice.objects.bulk_create(
        [notice], update_conflicts=True, unique_fields=["key"], update_fields=["key"]
    )
    if to_address:
        hint("notices.tasks.drain_notices")


def write_to(
    user: User, *, key: str, kind: str, subject: str, link: str, at: datetime, said: str = ""
) -> None:
    """To somebody who works here: what it is about (`said`, else the subject) and where to look.
    What people wrote about a dossier stays on the portal."""
    queue(
        key=key,
        kind=kind,
        subject=subject,
        body=f"{said or f'{subject}.'}\n\nMở để xem: {absolute(link)}",
        at=at,
        user=user,
        to_address=user.email or "",
        link=link,
    )


def mark_read(*, user: User, notice: Notice, at: datetime) -> None:
    Notice.objects.visible_to(user).filter(pk=notice.pk, read_at=None).update(read_at=at)


def mark_all_read(*, user: User, at: datetime) -> int:
    return Notice.objects.visible_to(user).unread().update(read_at=at)


def absolute(link: str) -> str:
    """A path of the portal as people click it in a mail."""
    return f"{settings.SITE_URL}{link}"
