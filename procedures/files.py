"""Files of the catalogue: which ones a record names, and who may see them."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from procedures.models import CatalogueFile, ProcedureVersion

Files = dict[str, CatalogueFile]


def named_in(record: Mapping[str, Any]) -> list[str]:
    """Public ids a record (in normal form) names, each once and well-formed."""
    needs = [need for case in record["cases"] for need in case["requirements"]]
    found = [form["file"] for need in needs for form in need["forms"]]
    found += [need["sample"] for need in needs] + [item["file"] for item in record["media"]]
    return [key for key in dict.fromkeys(found) if is_id(key)]


def is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def files_by_id(ids: Iterable[str]) -> Files:
    """By public id as text; one query, none when nothing is asked for."""
    wanted = [key for key in ids if is_id(key)]
    if not wanted:
        return {}
    return {
        str(file.public_id): file for file in CatalogueFile.objects.filter(public_id__in=wanted)
    }


def files_of(version: ProcedureVersion) -> Files:
    """What a published version names, by public id as text (the `file` and `sample` of its
    papers and media); one query. For drafts: files_by_id(named_in(record))."""
    return {str(file.public_id): file for file in version.files.all()}


def published_file_ids() -> set[str]:
    """Public ids of what everybody may open."""
    return {str(key) for key in CatalogueFile.objects.public().values_list("public_id", flat=True)}
