"""What nobody needs any more: files without a row, papers taken out of drafts, old sessions."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from importlib import import_module
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from dossiers import actions
from dossiers.actions import holding
from dossiers.models import Dossier, MessageFile, Paper, RegisterVolume, Result, Slip, Upload
from dossiers.workflow import Status
from portal.lib import files
from portal.lib.limits import purge
from procedures.models import CatalogueFile, Export, Handout

ORPHAN_AGE = timedelta(hours=24)
NAMES_A_QUERY = 500
DRAFTS_A_TURN = 500
_TABLES: dict[str, type[models.Model]] = {
    "papers": Paper,
    "messages": MessageFile,
    "results": Result,
    "slips": Slip,
    "registers": RegisterVolume,
    "catalogue": CatalogueFile,
    "handouts": Handout,
    "exports": Export,
    "uploads": Upload,
}


def tidy(now: datetime) -> None:
    """Once an hour."""
    purge(now)
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    actions.drop_expired(at=now)
    holding.forget_looking(now)
    drop_removed(now)
    remove_orphans(now)


def drop_removed(now: datetime) -> int:
    """Delete papers removed from drafts, or replaced in them, a day ago; how many. Their bytes
    are orphans from then on. What was once filed stays, whatever became of it."""
    before = now - ORPHAN_AGE
    # Pictures that wait to be joined are needed until their PDF is there.
    replaced = Q(superseded_by__uploaded_at__lt=before) & ~Q(superseded_by__stored_name="")
    gone = Q(removed_at__lt=before) | replaced
    stale = Paper.objects.filter(gone, dossier__status=Status.DRAFT, dossier__code=None)
    removed = 0
    for draft in list(stale.values_list("dossier", flat=True).distinct()[:DRAFTS_A_TURN]):
        with transaction.atomic():
            locked = Dossier.objects.select_for_update(no_key=True, of=("self",)).filter(pk=draft)
            if not locked.filter(status=Status.DRAFT, code=None).exists():
                continue
            ids = list(stale.filter(dossier=draft).values_list("pk", flat=True))
            rows = Paper.objects.filter(pk__in=ids)
            # They replaced one another: PROTECT looks at that one row at a time.
            rows.update(superseded_by=None)
            removed += rows.delete()[1].get(Paper._meta.label, 0)
    return removed


def remove_orphans(now: datetime) -> int:
    """Delete files older than a day that no row names (a crash came between the file and its
    row, or a draft was discarded); how many went."""
    root = Path(files.private_storage().path(""))
    removed = 0
    for folder, table in _TABLES.items():
        old = _files_before(root / folder, now - ORPHAN_AGE)
        while batch := {str(path.relative_to(root)): path for path in islice(old, NAMES_A_QUERY)}:
            known = table._default_manager.filter(stored_name__in=batch)
            for name in batch.keys() - set(known.values_list("stored_name", flat=True)):
                batch[name].unlink(missing_ok=True)
                removed += 1
    return removed


def _files_before(folder: Path, moment: datetime) -> Iterator[Path]:
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # a check has just put the clean copy in its place
            if path.is_file() and path.stat().st_mtime < moment.timestamp():
                yield path
