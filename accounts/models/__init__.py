from accounts.models.agency import Agency, Position
from accounts.models.organisation import Invitation, MemberRole, Organisation, OrganisationMember
from accounts.models.place import Province, Ward
from accounts.models.user import User

__all__ = [
    "Agency",
    "Invitation",
    "MemberRole",
    "Organisation",
    "OrganisationMember",
    "Position",
    "Province",
    "User",
    "Ward",
]
