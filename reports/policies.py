"""Whose figures a person sees."""

from typing import Any

from accounts.desk import desk_of
from accounts.roles import Role
from accounts.tree import with_below


def agencies_of(user: Any) -> frozenset[int]:
    """Where they lead or manage, and everything below in the tree."""
    return with_below(desk_of(user).agencies_as(Role.LEADER, Role.MANAGER))
