"""What the first step and the account know, for the declaration."""

from typing import Any

from accounts.models import User
from dossiers.models import Dossier
from procedures import eforms


def known_about(dossier: Dossier, user: User) -> dict[str, Any]:
    """The source for `eforms.prefill`. An account nobody has checked gives no more than
    its name, phone and e-mail (domain.md §7.3)."""
    known: dict[str, Any] = {
        "full_name": dossier.owner_name,
        "phone": dossier.owner_phone,
        "email": dossier.owner_email,
    }
    if user.auth_level:
        known |= {
            "citizen_id": dossier.owner_citizen_id,
            "birth_date": user.birth_date,
            "sex": user.sex,
        }
        if user.ward:
            known["address"] = {
                "province": user.ward.province_id,
                "ward": user.ward_id,
                "detail": user.street,
            }
    return {key: value for key, value in known.items() if value}


def filled_in(
    definition: dict[str, Any],
    answers: dict[str, Any],
    source: dict[str, Any],
    keys: frozenset[str],
) -> dict[str, Any]:
    """The answers among `keys` that would change if what is known filled what is empty."""
    known = eforms.prefill(definition, source)
    changed = {}
    for key in keys & known.keys():
        given = answers.get(key)
        if given is None:
            changed[key] = known[key]
        elif isinstance(given, dict) and known[key].keys() - given.keys():
            changed[key] = known[key] | given
    return changed
