"""What the check page shows of a draft, as a mark: nothing else is filed in its place."""

import hashlib
import json
from collections.abc import Iterable

from dossiers.models import Dossier, Paper

# Of the dossier's own row.
_SHOWN = (
    *("case", "answers", "originals"),
    *("owner_name", "owner_citizen_id", "owner_phone", "owner_email", "owner_address"),
    *("owner_tax_code", "filed_for", "relation", "authority_from", "authority_until"),
    *("return_method", "return_name", "return_phone", "return_ward", "return_street"),
)


def look_of(dossier: Dossier, papers: Iterable[Paper]) -> str:
    """16 hex digits. `papers`: the current ones, in order."""
    row = [dossier.serializable_value(name) for name in _SHOWN]
    shown = [*row, [(paper.pk, paper.turn) for paper in papers]]
    text = json.dumps(shown, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
