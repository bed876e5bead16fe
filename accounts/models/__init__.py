from accounts.models.agency import Agency, Position
from accounts.models.organisation import Organisation, OrganisationMember
from accounts.models.place import Province, Ward
from accounts.models.user import User

__all__ = [
    "Agency",
    "Organisation",
    "OrganisationMember",
    "Position",
    "Province",
    "User",
    "Ward",
]
