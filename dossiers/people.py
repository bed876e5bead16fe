"""Who somebody is to a dossier: its citizen, its organisation's, the officer who helps."""

from typing import Any

from accounts import memberships
from accounts.desk import desk_of
from accounts.roles import Role
from dossiers.models import Dossier
from dossiers.workflow import Status


def acts(user: Any, dossier: Dossier) -> bool:
    """May do what the citizen's side may do. For an organisation: its members of today who
    file, not who happened to file then."""
    if dossier.organisation_id:
        return memberships.files_for(user, dossier.organisation_id)
    return user.pk in (dossier.submitter_id, dossier.owner_id)


def is_party(user: Any, dossier: Dossier) -> bool:
    """On the citizen's side, whether or not they may act: such a person decides nothing here."""
    if dossier.organisation_id:
        roles = memberships.roles_of(user)
        return user.pk == dossier.submitter_id or dossier.organisation_id in roles
    return user.pk in (dossier.submitter_id, dossier.owner_id)


def writes(user: Any, dossier: Dossier) -> bool:
    """May work on the draft: who files it, or the officer the citizen lets help, as long as
    they receive at that desk."""
    helping = dossier.assisted_by_id is not None and dossier.assisted_by_id == user.pk
    if helping and dossier.status == Status.DRAFT:
        return desk_of(user).plays(Role.RECEPTION, dossier.receiving_agency_id)
    if user.pk != dossier.submitter_id:
        return False
    return not dossier.organisation_id or memberships.files_for(user, dossier.organisation_id)
