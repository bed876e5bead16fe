"""The tree of agencies, read whole: a province has some hundreds."""

from collections import defaultdict
from collections.abc import Iterable

from accounts.models import Agency


def with_below(agencies: Iterable[int]) -> frozenset[int]:
    """These agencies and all below them; one query, none for nothing."""
    waiting = list(agencies)
    if not waiting:
        return frozenset()
    below = defaultdict(list)
    for pk, parent in Agency.objects.order_by().values_list("pk", "parent_id"):
        below[parent].append(pk)
    found: set[int] = set()
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += below[one]
    return frozenset(found)
