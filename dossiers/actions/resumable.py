"""Files that come in pieces: begun, continued, and made a paper by the checks of any other."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from dossiers.actions.errors import AlreadyThere, DossierError, Stale
from dossiers.actions.locking import lock
from dossiers.actions.papers import may_attach, next_order, record_paper
from dossiers.actions.places import Place, place_at
from dossiers.models import Dossier, Paper, Upload
from portal.lib import files
from portal.lib.files import pieces

log = logging.getLogger(__name__)

# Kept this long after the last piece.
KEPT = timedelta(hours=24)
# Of one person at a time: more would only fill the disk.
OPEN_UPLOADS = 30
OPEN_BYTES = 500 * 1024 * 1024
DROPPED = "Tệp gửi dở này đã bị bỏ ở nơi khác. Nếu vẫn cần, hãy chọn lại tệp."


@dataclass(frozen=True, slots=True)
class Announced:
    """What the sender says about the file before its first byte. `mark`: by which their own
    machine knows it again."""

    filename: str
    length: int
    mark: str = ""


def begin_upload(
    dossier: Dossier,
    *,
    announced: Announced,
    place: Place,
    by: User,
    at: datetime,
    replaces: Paper | None = None,
) -> Upload:
    """A place for the pieces. Raises files.FileRefused or DossierError with a sentence."""
    name = files.clean_name(announced.filename)
    limit = settings.UPLOAD_LIMITS["max_resumed_bytes"]
    files.check_length(name, announced.length, limit)
    asked = may_attach(dossier, by, place.requirement, place.field_key, replaces)
    next_order(dossier, place, replaces, asked)
    stored = pieces.begin()
    try:
        with transaction.atomic():
            lock(dossier)  # or it could be deleted under the new row
            # The person's row is the lock of their own uploads.
            User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
            _refuse_too_much(by, announced.length)
            return Upload.objects.create(
                owner=by,
                dossier=dossier,
                requirement=place.requirement,
                field_key=place.field_key,
                replaces=replaces,
                filename=name,
                mark=announced.mark[:40],
                length=announced.length,
                stored_name=stored,
                created_at=at,
                expires_at=at + KEPT,
            )
    except DossierError:
        pieces.drop(stored)
        raise


def _refuse_too_much(by: User, length: int) -> None:
    waiting = Upload.objects.unfinished().filter(owner=by)
    kept = waiting.aggregate(all=Sum("length"))["all"] or 0
    if waiting.count() >= OPEN_UPLOADS or kept + length > OPEN_BYTES:
        raise DossierError(
            "Bạn đang có nhiều tệp gửi dở. Hãy gửi xong hoặc bỏ bớt các tệp đó rồi gửi tiếp."
        )


def take_piece(
    upload: Upload, *, stream: object, offset: int, at: datetime, sha256: bytes | None = None
) -> int:
    """Write a piece; how much of the file is here now. The last one makes it a paper.

    Raises the refusals of pieces.append; FileNotFoundError when the file is gone, Stale when the
    upload was given up (or its draft deleted) while the piece came.
    """
    size = pieces.append(
        upload.stored_name, stream, offset=offset, length=upload.length, sha256=sha256
    )
    upload.received, upload.expires_at = size, at + KEPT
    _write(upload, received=size, expires_at=upload.expires_at)
    if size == upload.length:
        with suppress(pieces.Busy):  # a second request saw the end as well
            finish_upload(upload, at=at)
    return size


def finish_upload(upload: Upload, *, at: datetime) -> None:
    """Look at the whole file as at any other and make it a paper, or keep the sentence why
    not. Once, however often it is called; by then nobody writes to the file any more.

    The file is linked to its place before the row is written: a crash in between leaves an
    orphan for the sweep, and the next call does it again.
    """
    with pieces.held(upload.stored_name):
        if not Upload.objects.unfinished().filter(pk=upload.pk).exists():
            return
        try:
            _make_paper(upload, at)
        except AlreadyThere as told:
            _end(upload, str(told))
        except (files.FileRefused, DossierError) as error:
            if isinstance(error, files.DiskFull):
                raise
            _end(upload, str(error))
    pieces.drop(upload.stored_name)


def _make_paper(upload: Upload, at: datetime) -> None:
    path, limit = pieces.path_of(upload.stored_name), settings.UPLOAD_LIMITS["max_resumed_bytes"]
    place = place_at(upload.dossier, upload.requirement, upload.field_key)
    with path.open("rb") as content:
        whole = File(content, upload.filename)
        checked = files.check_upload(whole, kinds=place.kinds, max_bytes=limit)
    stored = files.adopt_file(path, upload.filename, "papers")
    try:
        with transaction.atomic():
            locked = lock(upload.dossier)
            paper = record_paper(
                locked,
                checked=checked,
                stored=stored,
                filename=upload.filename,
                place=place,
                replaces=upload.replaces,
                by=upload.owner,
                at=at,
            )
            _write(upload, paper=paper)
    except DossierError:
        files.drop_file(stored)
        raise


def _end(upload: Upload, sentence: str) -> None:
    upload.refused = sentence[:500]
    _write(upload, refused=upload.refused)


def _write(upload: Upload, **columns: object) -> None:
    """Nothing locks the row: it may be gone since it was read. (save() of such a row raises the
    bare DatabaseError, which says nothing to anybody.)"""
    if not Upload.objects.filter(pk=upload.pk).update(**columns):
        pieces.drop(upload.stored_name)
        raise Stale(DROPPED)


def drop_upload(upload: Upload) -> None:
    """The sender does not want it any more. A paper it has become stays."""
    Upload.objects.filter(pk=upload.pk).delete()
    pieces.drop(upload.stored_name)


def finish_whole(*, at: datetime) -> int:
    """Make papers of files that arrived whole while their last request died; how many."""
    done = 0
    for upload in Upload.objects.unfinished().filter(expires_at__gt=at).iterator():
        try:
            if pieces.size_of(upload.stored_name) == upload.length:
                finish_upload(upload, at=at)
                done += 1
        except (FileNotFoundError, pieces.Busy, files.DiskFull, Stale):
            continue
        except Exception:  # one file must not keep the worker from all others
            log.exception("upload %s could not be finished", upload.public_id)
    return done


def drop_expired(*, at: datetime) -> int:
    """Uploads nobody went on with, and those that ended; how many."""
    old = list(Upload.objects.filter(expires_at__lt=at)[:500])
    for upload in old:
        drop_upload(upload)
    return len(old)
