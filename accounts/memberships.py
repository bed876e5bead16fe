"""Which organisations a person belongs to now: asked once a request, kept on the user object."""

from typing import Any

from accounts.models import OrganisationMember
from accounts.models.organisation import FILING, MANAGING


def roles_of(user: Any) -> dict[int, str]:
    """{organisation's number: role}; empty for nobody signed in."""
    if not user.is_authenticated:
        return {}
    roles: dict[int, str] | None = getattr(user, "_organisation_roles", None)
    if roles is None:
        held = OrganisationMember.objects.filter(user=user)
        roles = dict(held.values_list("organisation", "role"))
        user._organisation_roles = roles
    return roles


def forget(user: Any) -> None:
    """After a change of membership within the same request."""
    user.__dict__.pop("_organisation_roles", None)


def files_for(user: Any, organisation_id: int | None) -> bool:
    return organisation_id is not None and roles_of(user).get(organisation_id) in FILING


def manages(user: Any, organisation_id: int) -> bool:
    return roles_of(user).get(organisation_id) in MANAGING


def filing_organisations(user: Any) -> list[int]:
    return [pk for pk, role in roles_of(user).items() if role in FILING]
