"""What the first step, the account and the earlier pages know, for the declaration."""

from typing import Any

from accounts.models import Organisation
from dossiers.models import Dossier, FiledFor
from procedures import eforms
from procedures.general_form import definition_of


def known_about(dossier: Dossier) -> dict[str, Any]:
    """The source for `eforms.prefill`: the owner's data, never those of who files for them, then
    what this very declaration has been told. An account nobody has checked gives no number and
    no birthday, and of its home only the line its person wrote; what was typed in this filing
    goes on like anybody's."""
    told = eforms.told(definition_of(dossier.version), dossier.answers)
    return told | {key: value for key, value in _known(dossier).items() if value}


def _known(dossier: Dossier) -> dict[str, Any]:
    if dossier.organisation:
        return _known_of(dossier, dossier.organisation)
    known: dict[str, Any] = {
        "full_name": dossier.owner_name,
        "phone": dossier.owner_phone,
        "email": dossier.owner_email,
        "citizen_id": dossier.owner_citizen_id,
        "address": dossier.owner_address,
    }
    user = dossier.submitter
    if dossier.filed_for == FiledFor.OTHER or not user.auth_level:
        return known
    known |= {"birth_date": user.birth_date, "sex": user.sex}
    if user.ward:
        known["address"] = {
            "province": user.ward.province_id,
            "ward": user.ward_id,
            "detail": user.street,
        }
    return known


def _known_of(dossier: Dossier, organisation: Organisation) -> dict[str, Any]:
    """A firm has no birthday: its representative's name, and the block of organisations."""
    return {
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


def filled_in(
    definition: dict[str, Any],
    answers: dict[str, Any],
    source: dict[str, Any],
    keys: frozenset[str],
) -> dict[str, Any]:
    """The answers among `keys` that would change if what is known filled what is empty."""
    return added(answers, eforms.prefill(definition, source), keys)


def added(answers: dict[str, Any], known: dict[str, Any], keys: frozenset[str]) -> dict[str, Any]:
    changed = {}
    for key in keys & known.keys():
        given = answers.get(key)
        if given in (None, "", [], {}):
            changed[key] = known[key]
        elif isinstance(given, dict) and known[key].keys() - given.keys():
            changed[key] = known[key] | given
    return changed
