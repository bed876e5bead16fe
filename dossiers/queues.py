"""The officers' queues: which dossiers lie in each, in what order, how many.

Each queue is one range of one index (dossiers.models.dossier_indexes), so a page costs the same
at 1,000 and 1,000,000 dossiers. A dossier lies in one queue of its status; those that run out of
time or wait for a leader are shown once more in the queues that cut across.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache, reduce
from operator import add, or_
from typing import Any

from django.db import connection
from django.db.models import IntegerField, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.utils import timezone

from accounts.models import Agency
from accounts.roles import Role
from dossiers import deadlines
from dossiers.models import Dossier, ReturnMethod
from dossiers.models.dossier import DossierQuerySet
from dossiers.models.dossier_indexes import AWAY, WISHED
from dossiers.workflow import AT_WORK, PUT_DOWN, Status

# Beyond this a number on a tab says "nhiều hơn", so that counting never grows.
COUNT_LIMIT = 1000
SOON_DAYS = 3  # working days: "hồ sơ tới hạn" (domain.md §8.2)


@dataclass(frozen=True, slots=True)
class Moments:
    """What the queues of the time limit are cut by: now, and the end of the third working day."""

    now: datetime
    soon: datetime


# Stand for the moments in the counting query, which is put together once.
_NOW, _SOON = (datetime(1, 1, day, 12, tzinfo=timezone.get_fixed_timezone(0)) for day in (1, 2))
_MARKS = Moments(_NOW, _SOON)


@dataclass(frozen=True, slots=True)
class Queue:
    """`where` is an equality an index serves, `window` a range of due times within it; `open`
    queues are counted, `across` ones repeat what lies in others. `arrival`: queue_at may be when a
    row came in, so nothing can be overdue by it."""

    key: str
    title: str
    group: str
    where: Mapping[str, Any]
    due: str  # the column's heading
    empty: str
    open: bool = True
    window: str = ""  # "late" | "soon"
    arrival: bool = False

    @property
    def timed(self) -> bool:
        return self.open and not self.arrival

    @property
    def across(self) -> bool:
        return bool(self.window) or "proposal_waits" in self.where

    @property
    def put_down(self) -> bool:
        """Nobody need hold it: theirs is what they last worked on."""
        return self.where.get("status") in PUT_DOWN

    @property
    def wished(self) -> bool:
        """Answered by either agency."""
        return self.where.get("status") == Status.WITHDRAWING

    @property
    def order(self) -> tuple[str, ...]:
        """By the due time that counts; what is over, newest first."""
        return ("queue_at", "pk") if self.open else ("-queue_at", "-pk")

    def condition(self, moments: Moments) -> Q:
        cut = Q(**self.where)
        if self.window == "late":
            return cut & Q(queue_at__lt=moments.now)
        if self.window == "soon":
            return cut & Q(queue_at__gte=moments.now, queue_at__lt=moments.soon)
        return cut


_ASKED = {"status": Status.ADDITIONS}
_DONE = {"status": Status.FINISHED}
_WORK = {"status__in": AT_WORK}
CONSENT = "cho-thong-qua"
QUEUES: dict[str, Queue] = {
    queue.key: queue
    for queue in (
        Queue("tiep-nhan", "Chờ tiếp nhận", "Tiếp nhận", {"status": Status.SUBMITTED},
              "Hạn tiếp nhận",
              "Mọi hồ sơ nộp trực tuyến đã được trả lời. Hồ sơ mới sẽ tự hiện ở đây."),
        Queue("da-tiep-nhan", "Đã tiếp nhận", "Tiếp nhận", {"status": Status.ACCEPTED},
              "Hạn trả", "Không có hồ sơ nào chờ chuyển xử lý."),
        Queue("cho-thu-phi", "Chờ thu phí", "Tiếp nhận", {"status": Status.FINANCIAL},
              "Hạn trả", "Không có hồ sơ nào chờ nghĩa vụ tài chính."),
        Queue("dang-xu-ly", "Đang xử lý", "Xử lý", {"status": Status.PROCESSING}, "Hạn trả",
              "Cơ quan của bạn không có hồ sơ nào đang giải quyết."),
        Queue("toi-han", "Tới hạn", "Xử lý", _WORK, "Hạn trả",
              "Không có hồ sơ nào đến hạn trong ba ngày làm việc tới.", window="soon"),
        Queue("qua-han", "Quá hạn", "Xử lý", _WORK, "Hạn trả",
              "Không có hồ sơ nào quá hạn.", window="late"),
        Queue(CONSENT, "Chờ thông qua", "Xử lý", {"proposal_waits": True}, "Hạn",
              "Không có dự thảo nào chờ lãnh đạo thông qua.", arrival=True),
        Queue("dung-xu-ly", "Dừng xử lý", "Xử lý", {"status": Status.STOPPED}, "Hạn trả",
              "Không có hồ sơ nào đang dừng."),
        Queue("xin-rut", "Xin rút", "Xử lý", {"status": Status.WITHDRAWING}, "Xin rút lúc",
              "Không có ai xin rút hồ sơ.", arrival=True),
        Queue("cho-bo-sung", "Chờ bổ sung", "Bổ sung", _ASKED | {"additions_answered": False},
              "Hạn bổ sung", "Không có hồ sơ nào chờ công dân bổ sung."),
        Queue("da-bo-sung", "Đã bổ sung", "Bổ sung", _ASKED | {"additions_answered": True},
              "Gửi bổ sung", "Không có phần bổ sung nào chờ kiểm tra.", arrival=True),
        Queue("cho-tra", "Chờ trả tại quầy", "Trả kết quả",
              _DONE | {"return_method__in": ("", ReturnMethod.DESK)}, "Hạn trả",
              "Không có kết quả nào chờ trả tại quầy."),
        Queue("cho-tra-mang", "Chờ trả trực tuyến", "Trả kết quả",
              _DONE | {"return_method": ReturnMethod.ONLINE}, "Hạn trả",
              "Không có kết quả nào chờ phát hành bản điện tử."),
        Queue("cho-tra-buu-chinh", "Chờ trả qua bưu chính", "Trả kết quả",
              _DONE | {"return_method": ReturnMethod.POST}, "Hạn trả",
              "Không có kết quả nào chờ gửi qua bưu chính."),
        Queue("da-tra", "Đã trả", "Đã xong", {"status": Status.RETURNED}, "Trả lúc",
              "Chưa trả kết quả nào.", open=False),
        Queue("tu-choi", "Từ chối", "Đã xong", {"status": Status.REFUSED}, "Từ chối lúc",
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
    Role.POSTAL: "cho-tra-buu-chinh",
}
_LINE = (
    "pk", "public_id", "code", "status", "revision", "owner_name", "submitted_at", "queue_at",
    "return_method", "additions_answered", "nudges", "nudge_waits", "clock_running",
    "procedure__name", "filed_how", "step_due_at", "desk_agency__name",
    "assignee_id", "assignee__full_name", "received_by__full_name", "worked_by__full_name",
)  # fmt: skip


def first_for(roles: set[str]) -> Queue:
    """The queue a person with these roles opens in the morning."""
    return QUEUES[next((key for role, key in _FIRST.items() if role in roles), "tiep-nhan")]


def moments(agency: Agency | None, now: datetime) -> Moments:
    """One query, for the table of days off."""
    if agency is None:
        return Moments(now, now + timedelta(days=SOON_DAYS))
    here = timezone.localtime(now)
    last = deadlines.calendar_of(agency).add_working_days(here, SOON_DAYS)
    return Moments(now, datetime.combine(last + timedelta(days=1), time(), here.tzinfo))


def lines(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier, dict[str, Any]]:
    """What a row shows, in one query; plain rows, a quarter of the cost of 50 objects."""
    return dossiers.values(*_LINE)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose: of these agencies, and only one person's when `holder` says so."""

    agencies: frozenset[int]
    holder: int | None = None

    def ranges(self, queue: Queue) -> tuple[Q, ...]:
        """Each one range of an index; a row may lie in two. What was put down is theirs who
        received it and theirs who worked on it, wherever it lies now."""
        here = Q(desk_agency__in=self.agencies)
        by_deciding = Q(deciding_agency__in=self.agencies)
        if self.holder is None:
            if queue.wished:
                return here, Q(receiving_agency__in=self.agencies) & WISHED
            return (here, by_deciding & AWAY) if queue.put_down else (here,)
        held, received, worked = (
            Q(**{name: self.holder}) for name in ("assignee", "received_by", "worked_by")
        )
        ours = Q(receiving_agency__in=self.agencies) | by_deciding
        if queue.put_down:
            return ours & received, ours & worked
        if queue.key == CONSENT:  # few, in any status
            return (ours & (held | received | worked),)
        return (here & held,)


def ranges(queue: Queue, user: Any, scope: Scope, at: Moments) -> list[DossierQuerySet]:
    """Of the scope what the person may see: the rows of all, to be merged in the queue's order."""
    cut = Dossier.objects.visible_to(user).filter(queue.condition(at))
    return [cut.filter(part) for part in scope.ranges(queue)]


def in_queue(queue: Queue, user: Any, scope: Scope, at: Moments) -> DossierQuerySet:
    """The same as one set, to look one dossier up in (views.trail): no index orders its OR."""
    whole = reduce(or_, scope.ranges(queue))
    return Dossier.objects.visible_to(user).filter(queue.condition(at), whole)


class _CountUpTo(Subquery):
    """How many rows a limited query has: reads no more than its limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS limited)"
    output_field = IntegerField()


def counts(scope: Scope, at: Moments) -> dict[str, int]:
    """Numbers of the open queues in one query, none above COUNT_LIMIT; empty without a desk.

    A desk holds only its own agencies' dossiers (constraint dossier_desk_is_its_own), so the
    scope alone says what the person may see, and the index alone can answer.
    """
    if not scope.agencies:
        return {}
    sql, params = _counting(scope, COUNT_LIMIT)
    adapt = connection.ops.adapt_datetimefield_value
    real = {adapt(_NOW): adapt(at.now), adapt(_SOON): adapt(at.soon)}
    with connection.cursor() as cursor:
        cursor.execute(sql, [real.get(param, param) for param in params])
        found = (min(number, COUNT_LIMIT) for number in cursor.fetchone())
        return dict(zip(_OPEN, found, strict=True))


_OPEN = [queue.key for queue in QUEUES.values() if queue.open]


@lru_cache(maxsize=1024)
def _counting(scope: Scope, limit: int) -> tuple[str, tuple[Any, ...]]:
    """The query of `counts`, put together once: that takes ten times as long as its answer."""
    numbers = (_number(QUEUES[key], scope, limit) for key in _OPEN)
    # One row to hang the numbers on.
    one = Agency.objects.filter(pk=min(scope.agencies))
    return one.values_list(*numbers).query.sql_with_params()


def _number(queue: Queue, scope: Scope, limit: int) -> Combinable:
    """Range by range, none of whose rows is counted twice."""
    within = Dossier.objects.filter(queue.condition(_MARKS)).order_by()
    first, *others = scope.ranges(queue)
    parts = [within.filter(first), *(within.filter(one).exclude(first) for one in others)]
    return reduce(add, (_CountUpTo(part.values("status")[:limit]) for part in parts))
