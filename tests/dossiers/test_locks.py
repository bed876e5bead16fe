"""A row held for writing does not stop others from pointing at it: two who hold one row each
and write one that points at the other's do not wait for each other for ever."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from dossiers import actions
from dossiers.actions.locking import lock
from dossiers.models import Upload
from tests import factories

pytestmark = [pytest.mark.pg, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(binh, service):
    return factories.a_draft(binh, service)


def uploads_at_once(draft):
    """One holds the draft, one its sender's row; both begin an upload. What each raised."""
    meet, errors = threading.Barrier(2, timeout=10), []

    def begin(hold):
        try:
            with transaction.atomic():
                hold()
                meet.wait()
                an_upload(draft)
        except OperationalError as error:
            errors.append(error)
        finally:
            connections.close_all()

    def hold_sender():
        User.objects.select_for_update(no_key=True).get(pk=draft.submitter_id)

    threads = [
        threading.Thread(target=begin, args=[hold]) for hold in (lambda: lock(draft), hold_sender)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return errors


def an_upload(draft):
    now = timezone.now()
    return Upload.objects.create(
        owner_id=draft.submitter_id,
        dossier=draft,
        requirement=draft.case.requirements.first(),
        filename="giay.pdf",
        length=1,
        stored_name=f"cho/{threading.get_ident()}",
        created_at=now,
        expires_at=now + timedelta(days=1),
    )


def test_two_that_point_at_each_others_row_both_write(draft):
    assert uploads_at_once(draft) == [] and Upload.objects.count() == 2


def test_twin_with_the_whole_row_locked_one_of_them_is_shot(draft, monkeypatch):
    honest = QuerySet.select_for_update
    monkeypatch.setattr(
        QuerySet, "select_for_update", lambda self, no_key=False, **kw: honest(self, **kw)
    )
    assert "deadlock detected" in str(uploads_at_once(draft)[0])


def test_a_draft_deleted_in_another_tab_is_a_sentence(binh, draft):
    actions.discard_draft(draft.__class__.objects.get(pk=draft.pk), by=binh, at=timezone.now())
    with pytest.raises(actions.DossierError, match="đã được xóa"):
        actions.discard_draft(draft, by=binh, at=timezone.now())
