"""Files without a row: what a crash between the file and its row leaves behind."""

from datetime import datetime, timedelta
from pathlib import Path

from dossiers.models import Paper, Result, Slip
from portal.lib import files
from portal.lib.limits import purge

ORPHAN_AGE = timedelta(hours=24)
_TABLES = {"papers": Paper, "results": Result, "slips": Slip}


def remove_orphans(now: datetime) -> int:
    """Delete files older than a day that no row names; how many went."""
    root = Path(files.private_storage().location)
    removed = 0
    for folder, table in _TABLES.items():
        for path in (root / folder).rglob("*"):
            if not path.is_file() or path.stat().st_mtime > (now - ORPHAN_AGE).timestamp():
                continue
            if not table.objects.filter(stored_name=str(path.relative_to(root))).exists():
                path.unlink(missing_ok=True)
                removed += 1
    purge(now)
    return removed
