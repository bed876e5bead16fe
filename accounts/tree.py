"""The tree of agencies, read whole: a province has some hundreds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from accounts.models import Agency

Below = Mapping[int | None, list[int]]


def below_each() -> Below:
    """Those right below each agency, in one query."""
    below: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent in Agency.objects.order_by().values_list("pk", "parent_id"):
        below[parent].append(pk)
    return below


def with_below(agencies: Iterable[int], below: Below | None = None) -> frozenset[int]:
    """These agencies and all below them; one query, none for nothing or where `below` is given."""
    waiting = list(agencies)
    if not waiting:
        return frozenset()
    if below is None:
        below = below_each()
    found: set[int] = set()
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += below.get(one, [])
    return frozenset(found)
