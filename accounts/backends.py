"""Who is signed in, with what every page asks about them."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef

from accounts.models import Position, User

# Built once: putting it together costs as much as asking it.
_PEOPLE = User.objects.annotate(has_posts=Exists(Position.objects.filter(user=OuterRef("pk"))))


class PortalBackend(AuthenticationBackend):
    """allauth's, which also asks in the same query whether the person was ever given a position:
    of all who were not, accounts.desk asks nothing more."""

    def get_user(self, user_id: Any) -> User | None:
        user = _PEOPLE.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
