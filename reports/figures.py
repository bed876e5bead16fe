"""What each figure counts, as a condition on dossiers: the table counts by it and the list behind
a number is filtered by it, so the two cannot differ.

Figures are read from stamps (accepted, finished, returned …) and the ledger, what was open at the
end of a period from the status and the due date of then (domain.md §11.10): the same period asked
for next year gives the same sums. By officer the rows change with whoever worked on a dossier last:
who did so then is nobody's column, and the page says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import (
    Aggregate,
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from dossiers.models import AdditionRound, ClockEntry, ClockKind, Dossier, Event
from dossiers.models.who import FiledHow
from dossiers.register import Period
from dossiers.workflow import PAUSED, Status


@dataclass(frozen=True, slots=True)
class Span:
    """A period as it is counted: its moments, and when "open" is looked at."""

    since: datetime
    before: datetime
    end: datetime  # the period's end, or now inside it
    past: bool

    @classmethod
    def of(cls, period: Period, now: datetime) -> "Span":
        return cls(period.since, period.before, min(period.before, now), period.before <= now)


def _in(stamp: str, span: Span) -> Q:
    return Q(**{f"{stamp}__gte": span.since, f"{stamp}__lt": span.before})


def _open_at(at: datetime) -> Q:
    """Accepted before, neither finished nor refused until then. One dossier is never both, so
    each way to be open is the range of one index."""
    return Q(accepted_at__lt=at) & (
        Q(finished_at=None, refused_at=None) | Q(finished_at__gte=at) | Q(refused_at__gte=at)
    )


# Neither taken back nor stopped and ended: there was a result.
_RESULT = Q(withdrawn_at=None, ended_at=None)

# What the database looks for first: each is a range of one index.
FAMILIES: dict[str, Callable[[Span], Q]] = {
    "carried": lambda span: _open_at(span.since),
    "received": lambda span: _in("accepted_at", span),
    "solved": lambda span: _in("finished_at", span) & _RESULT,
    "open": lambda span: _open_at(span.before),
    "returned": lambda span: _in("returned_at", span) & _RESULT,
    "withdrawn": lambda span: _in("withdrawn_at", span),
    "ended": lambda span: _in("finished_at", span) & Q(ended_at__isnull=False),
    "refused": lambda span: _in("refused_at", span),
    "added": lambda span: Q(
        pk__in=AdditionRound.objects.filter(**asked_in(span)).values("dossier"),
    ),
}


def asked_in(span: Span) -> dict[str, datetime]:
    return {"asked_at__gte": span.since, "asked_at__lt": span.before}


@dataclass(frozen=True, slots=True)
class Figure:
    """`how` stands under "Cách tính"; `where` narrows the family; `sums` is added up where dossiers
    are not what is counted."""

    key: str
    title: str
    family: str
    how: str
    where: Callable[[Span], Q] = lambda span: Q()
    sums: str = ""

    def total(self, span: Span) -> Aggregate:
        if self.sums:
            return Sum(self.sums, filter=self.where(span) or None, default=0)
        return Count("pk", filter=self.where(span) or None)


# As dossiers.control_slip has it on the slip of one dossier.
_LATE = Q(was_late=True) | Q(finished_at__gt=F("due_at"))
_KEPT = Q(was_late=False, finished_at__lte=F("due_at"))
_WAITING = Q(state__in=[int(status) for status in PAUSED])
_RUNS = ~_WAITING


def _overdue(longest: int | None, shortest: int) -> Callable[[Span], Q]:
    """Late by more than `shortest` days and at most `longest`."""

    def where(span: Span) -> Q:
        found = _RUNS & Q(due_then__lt=span.end - timedelta(days=shortest))
        if longest is not None:
            found &= Q(due_then__gte=span.end - timedelta(days=longest))
        return found

    return where


FIGURES: dict[str, Figure] = {
    figure.key: figure
    for figure in (
        Figure("carried", "Kỳ trước chuyển sang", "carried",
               "Đã tiếp nhận trước kỳ, đến đầu kỳ chưa xong và chưa bị từ chối."),
        Figure("received", "Tiếp nhận trong kỳ", "received",
               "Thời điểm tiếp nhận nằm trong kỳ."),
        Figure("online", "Trực tuyến", "received",
               "Tiếp nhận trong kỳ, nộp qua mạng (tự nộp hoặc có cán bộ giúp).",
               lambda span: Q(filed_how__in=[FiledHow.SELF, FiledHow.ASSISTED])),
        Figure("desk", "Trực tiếp", "received", "Tiếp nhận trong kỳ, nộp tại quầy.",
               lambda span: Q(filed_how=FiledHow.COUNTER)),
        Figure("post", "Bưu chính", "received", "Tiếp nhận trong kỳ, nộp qua bưu chính.",
               lambda span: Q(filed_how=FiledHow.POST)),
        Figure("solved", "Đã giải quyết", "solved",
               "Có kết quả trong kỳ, không kể hồ sơ trả theo yêu cầu rút hoặc kết thúc khi dừng."),
        Figure("early", "Trước hạn", "solved",
               "Có kết quả trước ngày hẹn trả và chưa lần nào quá hạn.",
               lambda span: _KEPT & Q(before_day=True)),
        Figure("on_time", "Đúng hạn", "solved",
               "Có kết quả đúng ngày hẹn trả, không sau giờ hẹn và chưa lần nào quá hạn.",
               lambda span: _KEPT & Q(before_day=False)),
        Figure("late", "Quá hạn", "solved",
               "Có kết quả sau giờ hẹn trả; hoặc đã phải xin lỗi và hẹn lại; hoặc đã quá hạn khi "
               "cơ quan tạm dừng (như yêu cầu bổ sung) hay khi hạn được đặt lại. Hạn đã cộng thời "
               "gian tạm dừng theo quy định.", lambda span: _LATE),
        Figure("no_term", "Không quy định hạn", "solved",
               "Có kết quả; thủ tục không quy định thời hạn.",
               lambda span: Q(due_at=None, was_late=False)),
        Figure("open", "Đang giải quyết", "open",
               "Đã tiếp nhận, đến cuối kỳ (hoặc đến lúc này) chưa xong và chưa bị từ chối."),
        Figure("within", "Còn hạn", "open",
               "Đang giải quyết, không tạm dừng, chưa đến giờ hẹn trả.",
               lambda span: _RUNS & (Q(due_then=None) | Q(due_then__gte=span.end))),
        Figure("late_3", "Trễ đến 3 ngày", "open", "Đang giải quyết, quá giờ hẹn không quá 3 ngày.",
               _overdue(3, 0)),
        Figure("late_10", "Trễ 3–10 ngày", "open",
               "Đang giải quyết, quá giờ hẹn hơn 3 và không quá 10 ngày.", _overdue(10, 3)),
        Figure("late_more", "Trễ hơn 10 ngày", "open",
               "Đang giải quyết, quá giờ hẹn hơn 10 ngày.", _overdue(None, 10)),
        Figure("waits_additions", "Tạm dừng: bổ sung", "open", "Đang chờ công dân bổ sung.",
               lambda span: Q(state=Status.ADDITIONS)),
        Figure("waits_stop", "Tạm dừng: dừng xử lý", "open",
               "Đang dừng xử lý, hoặc công dân đang xin rút.",
               lambda span: Q(state__in=[Status.STOPPED, Status.WITHDRAWING])),
        Figure("waits_money", "Tạm dừng: nghĩa vụ tài chính", "open",
               "Đang chờ thực hiện nghĩa vụ tài chính.",
               lambda span: Q(state=Status.FINANCIAL)),
        Figure("returned", "Đã trả kết quả", "returned",
               "Kết quả được trả trong kỳ, không kể hồ sơ rút hoặc kết thúc khi dừng."),
        Figure("withdrawn", "Rút hồ sơ", "withdrawn",
               "Được đồng ý cho rút trong kỳ, trước hoặc sau tiếp nhận."),
        Figure("withdrawn_later", "Rút sau tiếp nhận", "withdrawn",
               "Được đồng ý cho rút trong kỳ, khi đã tiếp nhận.",
               lambda span: Q(accepted_at__isnull=False)),
        Figure("ended", "Dừng, kết thúc không có kết quả", "ended",
               "Đã dừng xử lý và kết thúc trong kỳ mà không có kết quả."),
        Figure("refused", "Từ chối", "refused",
               "Bị từ chối tiếp nhận trong kỳ, cả vì quá hạn bổ sung."),
        Figure("added", "Phải bổ sung", "added",
               "Có ít nhất một lần yêu cầu bổ sung trong kỳ; mỗi hồ sơ tính một."),
        Figure("second", "Bổ sung từ lần hai", "added",
               "Có lần yêu cầu bổ sung thứ hai trở đi trong kỳ.",
               lambda span: Q(pk__in=AdditionRound.objects.filter(
                   number__gte=2, **asked_in(span)).values("dossier"))),
        Figure("rounds", "Lượt yêu cầu bổ sung", "added",
               "Số lần yêu cầu bổ sung gửi đi trong kỳ; danh sách là các hồ sơ có những lần ấy.",
               sums="rounds_then"),
    )
}  # fmt: skip

# What was there and what came is what went and what is left: both sums are the same.
CAME = ("carried", "received")
WENT = ("solved", "withdrawn_later", "ended", "open")


def counted(dossiers: QuerySet[Dossier], family: str, span: Span) -> QuerySet[Dossier]:
    """The family's dossiers with what its figures look at."""
    found = dossiers.filter(FAMILIES[family](span))
    if family == "solved":
        zone = timezone.get_current_timezone()
        earlier = Q(_done__lt=F("_due"))
        found = found.annotate(
            was_late=Exists(ClockEntry.objects.late().filter(dossier=OuterRef("pk"))),
            _done=TruncDate("finished_at", tzinfo=zone),
            _due=TruncDate("due_at", tzinfo=zone),
            before_day=ExpressionWrapper(earlier, output_field=BooleanField()),
        )
    if family == "added":
        asked = AdditionRound.objects.filter(dossier=OuterRef("pk"), **asked_in(span)).order_by()
        each = asked.values("dossier").annotate(number=Count("pk")).values("number")
        found = found.annotate(rounds_then=Subquery(each))
    if family == "open":
        found = found.annotate(state=_state(span), due_then=_due(span))
    return found


def _state(span: Span) -> F | Subquery:
    """The status at the end of the period: today's, or what the history says it was then."""
    if not span.past:
        return F("status")
    last = Event.objects.filter(dossier=OuterRef("pk"), at__lt=span.before).order_by("-seq")
    return Subquery(last.values("to_status")[:1])


def _due(span: Span) -> F | Coalesce:
    """The due date at the end of the period: today's, or what was promised until then. Today's
    too where nothing was: a day named only since lies behind the period anyway."""
    if not span.past:
        return F("due_at")
    said = ClockEntry.objects.filter(dossier=OuterRef("pk"), at__lt=span.before)
    last = said.exclude(kind=ClockKind.INTAKE).order_by("-seq")
    return Coalesce(Subquery(last.values("due_at")[:1]), "due_at")


def behind(dossiers: QuerySet[Dossier], figure: Figure, span: Span) -> QuerySet[Dossier]:
    """The dossiers of one number."""
    return counted(dossiers, figure.family, span).filter(figure.where(span))
