"""The officers' queues: which dossiers lie in each, in what order, how many.

Each queue is one equality on the index (desk, status, queue_at, id) or, for additions,
on its partial twin, so a page costs the same at 1,000 and 1,000,000 dossiers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Subquery

from accounts.models import Agency
from accounts.roles import Role
from dossiers.models import Dossier
from dossiers.models.dossier import DossierQuerySet
from dossiers.workflow import Status
from portal.lib.text import fold

# Beyond this a number on a tab says "nhiều hơn", so that counting never grows.
COUNT_LIMIT = 1000
NEWEST_FIRST: tuple[str, ...] = ("-pk",)


@dataclass(frozen=True, slots=True)
class Queue:
    """`where` is an equality the index serves; `open` queues are counted."""

    key: str
    title: str
    where: Mapping[str, Any]
    due: str  # the column's heading
    empty: str
    open: bool = True

    @property
    def order(self) -> tuple[str, ...]:
        """By the due time that counts; what is over, newest first."""
        return ("queue_at", "pk") if self.open else ("-queue_at", "-pk")


_ASKED = {"status": Status.ADDITIONS}
QUEUES: dict[str, Queue] = {
    queue.key: queue
    for queue in (
        Queue("tiep-nhan", "Chờ tiếp nhận", {"status": Status.SUBMITTED}, "Hạn tiếp nhận",
              "Mọi hồ sơ nộp trực tuyến đã được trả lời. Hồ sơ mới sẽ tự hiện ở đây."),
        Queue("da-tiep-nhan", "Đã tiếp nhận", {"status": Status.ACCEPTED}, "Hạn trả",
              "Không có hồ sơ nào chờ chuyển xử lý."),
        Queue("dang-xu-ly", "Đang xử lý", {"status": Status.PROCESSING}, "Hạn trả",
              "Cơ quan của bạn không có hồ sơ nào đang giải quyết."),
        Queue("cho-bo-sung", "Chờ bổ sung", _ASKED | {"additions_answered": False},
              "Hạn bổ sung", "Không có hồ sơ nào chờ công dân bổ sung."),
        Queue("da-bo-sung", "Đã bổ sung", _ASKED | {"additions_answered": True}, "Gửi bổ sung",
              "Không có phần bổ sung nào chờ kiểm tra."),
        Queue("xin-rut", "Xin rút", {"status": Status.WITHDRAWING}, "Xin rút lúc",
              "Không có ai xin rút hồ sơ."),
        Queue("cho-tra", "Chờ trả", {"status": Status.FINISHED}, "Hạn trả",
              "Không có kết quả nào chờ trả."),
        Queue("da-tra", "Đã trả", {"status": Status.RETURNED}, "Trả lúc",
              "Chưa trả kết quả nào.", open=False),
        Queue("tu-choi", "Từ chối", {"status": Status.REFUSED}, "Từ chối lúc",
              "Chưa từ chối hồ sơ nào.", open=False),
    )
}  # fmt: skip
# Where each role's work begins.
_FIRST = {
    Role.RECEPTION: "tiep-nhan",
    Role.CASHIER: "tiep-nhan",
    Role.SPECIALIST: "dang-xu-ly",
    Role.LEADER: "dang-xu-ly",
    Role.CLERK: "dang-xu-ly",
    Role.POSTAL: "cho-tra",
}
_LINE = (
    "pk", "public_id", "code", "status", "owner_name", "submitted_at", "queue_at",
    "return_method", "additions_answered", "nudges", "nudge_waits", "procedure__name",
)  # fmt: skip


def first_for(roles: set[str]) -> Queue:
    """The queue a person with these roles opens in the morning."""
    return QUEUES[next((key for role, key in _FIRST.items() if role in roles), "tiep-nhan")]


def lines(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier, dict[str, Any]]:
    """What a row shows, in one query; plain rows, a quarter of the cost of 50 objects."""
    return dossiers.values(*_LINE)


def in_queue(queue: Queue, user: Any, agencies: frozenset[int]) -> DossierQuerySet:
    return Dossier.objects.visible_to(user).held_by(agencies).filter(**queue.where)


class _CountUpTo(Subquery):
    """How many rows a limited query has: reads no more than its limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS limited)"


def counts(agencies: frozenset[int]) -> dict[str, int]:
    """Numbers of the open queues in one query, none above COUNT_LIMIT; empty without a desk.

    A desk holds only its own agencies' dossiers (constraint dossier_desk_is_its_own), so
    held_by alone says what the person may see, and the index alone can answer.
    """
    if not agencies:
        return {}
    sql, params = _counting(agencies, COUNT_LIMIT)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return dict(zip(_OPEN, cursor.fetchone(), strict=True))


_OPEN = [queue.key for queue in QUEUES.values() if queue.open]


@lru_cache(maxsize=256)
def _counting(agencies: frozenset[int], limit: int) -> tuple[str, tuple[Any, ...]]:
    """The query of `counts`, put together once: that takes ten times as long as its answer."""
    held = Dossier.objects.held_by(agencies).order_by()
    numbers = (
        _CountUpTo(held.filter(**QUEUES[key].where).values("status")[:limit]) for key in _OPEN
    )
    # One row to hang the numbers on.
    return Agency.objects.filter(pk=min(agencies)).values_list(*numbers).query.sql_with_params()


def search(user: Any, text: str) -> DossierQuerySet:
    """The desk's dossiers, in whatever state: with a digit, those whose code begins so; else
    those whose owner's name has words beginning with each word (marks may be left out).

    The code is served by an index; the name is a filter over the agency's own dossiers
    until the search of its own issue.
    """
    mine = Dossier.objects.at_desk_of(user)
    if any(sign.isdigit() for sign in text):
        return mine.filter(code__startswith=text.strip().upper())
    words = fold(text).split()
    for word in words:
        mine = mine.filter(Q(owner_fold__startswith=word) | Q(owner_fold__contains=f" {word}"))
    return mine if words else mine.none()
