"""What the first step and the account know, for the declaration."""

from typing import Any

from accounts.models import Organisation
from dossiers.models import Dossier, FiledFor
from procedures import eforms


def known_about(dossier: Dossier) -> dict[str, Any]:
    """The source for `eforms.prefill`: the owner's data, never those of who files for them. An
    account nobody has checked gives no more than its name, phone and e-mail (domain.md §7.3)."""
    if dossier.organisation:
        return _known_of(dossier, dossier.organisation)
    known: dict[str, Any] = {
        "full_name": dossier.owner_name,
        "phone": dossier.owner_phone,
        "email": dossier.owner_email,
    }
    user = dossier.submitter
    if dossier.filed_for == FiledFor.OTHER:
        known |= {"citizen_id": dossier.owner_citizen_id, "address": dossier.owner_address}
    elif user.auth_level:
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


def _known_of(dossier: Dossier, organisation: Organisation) -> dict[str, Any]:
    """A firm has no birthday: its representative's name, and the block of organisations."""
    known = {
        "full_name": organisation.representative,
        "phone": dossier.owner_phone,
        "email": dossier.owner_email,
        "address": dossier.owner_address,
        "organisation": {
            "name": organisation.name,
            "tax_code": organisation.tax_code,
            "representative": organisation.representative,
            "phone": dossier.owner_phone,
            "email": dossier.owner_email,
        },
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
