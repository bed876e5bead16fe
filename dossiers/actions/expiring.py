"""Drafts nobody goes on with: told two weeks before, then deleted with their files.

The last change of a draft is its own last save or its last paper. A draft that once had a code
(a recalled dossier) is never deleted: its code stays used and its history stays readable.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dossiers.actions.locking import lock_draft
from dossiers.models import BatchRow, Dossier, Paper
from dossiers.workflow import Status
from notices import actions as notices

TOLD_BEFORE = timedelta(days=14)


def kept_for() -> timedelta:
    return timedelta(days=settings.DRAFT_DAYS)


def kept_until(draft: Dossier) -> datetime | None:
    """Until when an untouched draft is kept; None for one that is never deleted."""
    return _until(draft, _changed_at(draft))


def kept_until_all(drafts: list[Dossier]) -> dict[int, datetime | None]:
    """By number; one query."""
    papers = Paper.objects.filter(dossier__in=[draft.pk for draft in drafts]).order_by()
    last = dict(papers.values_list("dossier").annotate(last=Max("uploaded_at")))
    return {
        one.pk: _until(one, max(one.updated_at, last.get(one.pk) or one.updated_at))
        for one in drafts
    }


def _changed_at(draft: Dossier) -> datetime:
    last: datetime | None = draft.papers.aggregate(last=Max("uploaded_at"))["last"]
    return max(draft.updated_at, last or draft.updated_at)


def _until(draft: Dossier, changed: datetime) -> datetime | None:
    if draft.code or draft.status != Status.DRAFT:
        return None
    until = changed + kept_for()
    told = draft.expiry_told_at
    return max(until, told + TOLD_BEFORE) if told and told > changed else until


def _untouched_since(moment: datetime) -> QuerySet[Dossier]:
    old = Dossier.objects.drafts().filter(code=None, updated_at__lte=moment)
    # The pattern of a batch holds the list of what was filed by it.
    kept = BatchRow.objects.filter(batch__pattern=OuterRef("pk"), dossier__isnull=False)
    old = old.exclude(Exists(kept))
    recent = Q(last_paper__isnull=True) | Q(last_paper__lte=moment)
    return old.annotate(last_paper=Max("papers__uploaded_at")).filter(recent)


def drafts_to_tell(at: datetime) -> list[int]:
    """Ids of drafts whose owners are to be told now."""
    untold = Q(expiry_told_at=None) | Q(expiry_told_at__lt=F("updated_at"))
    untold |= Q(expiry_told_at__lt=F("last_paper"))
    old = _untouched_since(at - kept_for() + TOLD_BEFORE).filter(untold)
    return list(old.order_by("pk").values_list("pk", flat=True)[:500])


def drafts_to_expire(at: datetime) -> list[int]:
    """Ids of drafts whose time is over and whose owners were told in time."""
    told = Q(expiry_told_at__lte=at - TOLD_BEFORE)
    old = _untouched_since(at - kept_for()).filter(told)
    return list(old.order_by("pk").values_list("pk", flat=True)[:500])


@transaction.atomic
def tell_expiring(dossier_id: int, *, at: datetime) -> bool:
    """One notice, once for each time the draft was left alone; whether it was told."""
    draft = _locked(dossier_id)
    if draft is None or _changed_at(draft) > at - kept_for() + TOLD_BEFORE:
        return False
    if draft.expiry_told_at and draft.expiry_told_at > _changed_at(draft):
        return False
    draft.expiry_told_at = at
    # Not a change of the draft: updated_at stays.
    Dossier.objects.filter(pk=draft.pk).update(expiry_told_at=at)
    until = kept_until(draft)
    link = reverse("filing-elsewhere", args=[draft.public_id])
    name = draft.version.name
    notices.queue(
        key=f"{draft.public_id}/expiring/{at:%Y%m%d%H%M%S}",
        kind="draft_expiring",
        subject=f"Bản nháp “{name}” được giữ đến {timezone.localtime(until):%d/%m/%Y}",
        body=render_to_string(
            "dossiers/email/draft_expiring.txt",
            {
                "dossier": draft,
                "procedure_name": name,
                "until": until,
                "url": notices.absolute(link),
            },
        ).strip(),
        at=at,
        user=draft.submitter,
        to_address=draft.submitter.email or "",
        link=link,
    )
    return True


@transaction.atomic
def expire_draft(dossier_id: int, *, at: datetime) -> bool:
    """Delete one draft whose time is over, looked at again under its lock; whether it went."""
    draft = _locked(dossier_id, to_delete=True)
    if draft is None or draft.expiry_told_at is None:
        return False
    until = kept_until(draft)
    told = draft.expiry_told_at
    if until is None or until > at or told <= _changed_at(draft) or told > at - TOLD_BEFORE:
        return False
    drop(draft)
    return True


@transaction.atomic
def keep_draft(dossier: Dossier, *, by: User, at: datetime) -> None:
    """ "Giữ thêm": as if it had been saved now."""
    lock_draft(dossier, by=by).save(update_fields=["updated_at"])


def drop(draft: Dossier) -> None:
    """Of a locked draft. Its files go with the sweep of orphans."""
    draft.papers.update(superseded_by=None)  # a replaced file points at its successor
    draft.delete()


def _locked(dossier_id: int, *, to_delete: bool = False) -> Dossier | None:
    rows = Dossier.objects.select_for_update(no_key=not to_delete, of=("self",))
    drafts = rows.filter(pk=dossier_id, status=Status.DRAFT, code=None)
    return drafts.select_related("submitter", "version").first()
