"""Files sent with a page: kept, and named by the record at the control they came from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from portal.lib.files import FileRefused
from procedures import actions
from procedures.editing.sections import kind_at
from procedures.models import CatalogueFile
from procedures.records import Problem
from procedures.records.kinds import FileRef

SUFFIX = ".tep"


def take_files(
    record: dict[str, Any], sent: Mapping[str, Any], *, by: User, at: datetime
) -> tuple[list[str], list[Problem]]:
    """Names of what was kept, and what was refused and why."""
    names, refused = [], []
    for field, upload in sent.items():
        path = field.removesuffix(SUFFIX)
        holder = _holder(record, path)
        if holder is None or not field.endswith(SUFFIX):
            continue
        kind = kind_at(path)
        try:
            file = actions.add_file(upload, purpose=kind.purpose, by=by, at=at)
        except FileRefused as error:
            refused.append(Problem(path, kind.label, error.sentence))
            continue
        _name(holder, path.rpartition(".")[2], file)
        names.append(file.name)
    return names, refused


def _holder(record: dict[str, Any], path: str) -> dict[str, Any] | None:
    """The row whose field `path` is, when that field holds a file."""
    try:
        if not isinstance(kind_at(path), FileRef):
            return None
        found: Any = record
        for part in path.split(".")[:-1]:
            found = found[int(part)] if isinstance(found, list) else found[part]
    except (KeyError, IndexError, TypeError):
        return None
    return found if isinstance(found, dict) else None


def _name(row: dict[str, Any], name: str, file: CatalogueFile) -> None:
    row[name] = str(file.public_id)
    title = "title" if "title" in row else "name"
    if name == "file" and not row[title]:
        row[title] = file.name
    if name == "file" and "url" in row:
        row["kind"] = {"image": "image", "video": "video"}.get(
            file.mime.partition("/")[0], "document"
        )
