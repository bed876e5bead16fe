"""What lies still: found for leaders before the people of a dossier have to ask.

Each kind is one range of an index (desk, …); where a dossier may be under two kinds it is told
under both. Days are working days of the common calendar, without anybody's Saturday duty.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import Agency
from dossiers import deadlines
from dossiers.models import (
    CheckState,
    ClockEntry,
    ClockKind,
    Dossier,
    Event,
    Paper,
    Proposal,
    RegisterVolume,
    Slip,
    StepRun,
)
from dossiers.models.dossier import DossierQuerySet
from dossiers.workflow import AT_WORK, Status
from notices.models import Notice
from portal.lib.calendar import WorkCalendar
from procedures.models import Service

_HOURS = ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))
# Dead notices looked through for those of a dossier; more than that has another cause.
_NOTICES = 1000


@dataclass(frozen=True, slots=True)
class Bounds:
    """The moments that decide, of one look."""

    now: datetime
    answered_before: datetime
    finished_before: datetime
    accepted_before: datetime
    asked_before: datetime
    stopped_before: datetime
    drafted_before: datetime
    apologise_until: datetime


def bounds(at: datetime) -> Bounds:
    """One query: the table of holidays."""
    days = deadlines.marked_days()
    calendar = WorkCalendar(days.off, days.makeup, _HOURS)

    def before(what: str) -> datetime:
        return _before(calendar, at, settings.PATIENCE[f"{what}_days"])

    return Bounds(
        now=at,
        answered_before=before("answer"),
        finished_before=before("result"),
        accepted_before=before("accepted"),
        asked_before=before("withdrawal"),
        stopped_before=before("stopped"),
        drafted_before=before("proposal"),
        apologise_until=calendar.add_working_days(timezone.localtime(at), 1),
    )


def _before(calendar: WorkCalendar, at: datetime, days: int) -> datetime:
    """The latest moment from which `days` working days are over at `at`."""
    moment = timezone.localtime(at)
    while days or not calendar.is_working_day(moment.date()):
        days -= calendar.is_working_day(moment.date())
        moment -= timedelta(days=1)
    return moment


@dataclass(frozen=True, slots=True)
class Kind:
    """`found`: the dossiers, longest stuck first; `since` names the column that says since when,
    `queue` the one they lie in (dossiers.queues)."""

    key: str
    title: str
    hint: str
    found: Callable[[Bounds], DossierQuerySet]
    since: str
    queue: str


def _intake(of: Bounds) -> DossierQuerySet:
    late = Dossier.objects.filter(status=Status.SUBMITTED, queue_at__lt=of.now)
    return late.filter(intake_due_at__lt=of.now).order_by("queue_at")


def _step(of: Bounds) -> DossierQuerySet:
    late = Dossier.objects.filter(status=Status.PROCESSING, step_due_at__lt=of.now)
    return late.order_by("step_due_at")


def _extended() -> Exists:
    return Exists(ClockEntry.objects.filter(dossier=OuterRef("pk"), kind=ClockKind.EXTEND))


def _due(of: Bounds) -> DossierQuerySet:
    """Also those whose second day is over: an apology moves the due date, and there is one."""
    late = Dossier.objects.filter(status__in=AT_WORK, clock_running=True, queue_at__lt=of.now)
    return late.filter(due_at__lt=of.now).order_by("queue_at")


def _answered(of: Bounds) -> DossierQuerySet:
    waiting = Dossier.objects.filter(status=Status.ADDITIONS, additions_answered=True)
    return waiting.filter(queue_at__lt=of.answered_before).order_by("queue_at")


def _result(of: Bounds) -> DossierQuerySet:
    ready = Dossier.objects.filter(status=Status.FINISHED, finished_at__lt=of.finished_before)
    return ready.order_by("finished_at")


def _no_step(of: Bounds) -> DossierQuerySet:
    open_ = StepRun.objects.filter(dossier=OuterRef("pk"), ended_at=None)
    return Dossier.objects.filter(~Exists(open_), status=Status.PROCESSING).order_by("queue_at")


def _standing(status: Status, before: datetime) -> DossierQuerySet:
    """In the status since before then; `here_since`: when it last came there, by its history."""
    came = Event.objects.filter(~Q(from_status=status), dossier=OuterRef("pk"), to_status=status)
    there = Dossier.objects.filter(status=status).annotate(
        here_since=Subquery(came.order_by("-seq").values("at")[:1])
    )
    return there.filter(here_since__lt=before).order_by("here_since")


def _accepted(of: Bounds) -> DossierQuerySet:
    """Accepted and silence (domain.md §9 C4); back from additions it begins anew."""
    return _standing(Status.ACCEPTED, of.accepted_before)


def _withdrawing(of: Bounds) -> DossierQuerySet:
    asked = Dossier.objects.filter(status=Status.WITHDRAWING, queue_at__lt=of.asked_before)
    return asked.order_by("queue_at")


def _stopped(of: Bounds) -> DossierQuerySet:
    return _standing(Status.STOPPED, of.stopped_before)


def _drafted(of: Bounds) -> DossierQuerySet:
    open_ = Proposal.objects.filter(dossier=OuterRef("pk"), decided_at=None)
    waiting = Dossier.objects.filter(proposal_waits=True).annotate(
        drafted_at=Subquery(open_.values("proposed_at")[:1])
    )
    return waiting.filter(drafted_at__lt=of.drafted_before).order_by("drafted_at")


def apologies(of: Bounds) -> DossierQuerySet:
    """Due within one working day and not put off yet (domain.md §2.2 R9: one apology, before)."""
    near = Dossier.objects.filter(
        ~_extended(),
        status__in=AT_WORK,
        clock_running=True,
        queue_at__gte=of.now,
        queue_at__lte=of.apologise_until,
    )
    return near.filter(due_at__isnull=False).order_by("queue_at")


KINDS = (
    Kind("intake", "Quá hạn tiếp nhận", "Hồ sơ mới nộp chưa được trả lời.",
         _intake, "intake_due_at", "tiep-nhan"),
    Kind("step", "Quá hạn bước xử lý", "Người đang giữ chưa chuyển bước.", _step, "step_due_at",
         "dang-xu-ly"),
    Kind("due", "Quá hạn trả kết quả", "Cần văn bản xin lỗi và hẹn lại.", _due, "due_at",
         "qua-han"),
    Kind("answered", "Đã bổ sung, chưa kiểm tra", "Công dân đã gửi bổ sung nhiều ngày.",
         _answered, "queue_at", "da-bo-sung"),
    Kind("result", "Có kết quả, chưa trả", "Kết quả nằm ở bộ phận trả nhiều ngày.",
         _result, "finished_at", "cho-tra"),
    Kind("no_step", "Không ai giữ", "Đang xử lý mà không ở bước nào của quy trình.",
         _no_step, "updated_at", "dang-xu-ly"),
    Kind("accepted", "Đã tiếp nhận, chưa chuyển xử lý", "Hồ sơ nằm ở bộ phận một cửa nhiều ngày.",
         _accepted, "here_since", "da-tiep-nhan"),
    Kind("withdrawing", "Xin rút, chưa trả lời", "Công dân xin rút hồ sơ đã nhiều ngày.",
         _withdrawing, "queue_at", "xin-rut"),
    Kind("stopped", "Dừng xử lý đã lâu", "Cần tiếp tục giải quyết hoặc kết thúc hồ sơ.",
         _stopped, "here_since", "dung-xu-ly"),
    Kind("drafted", "Dự thảo chờ thông qua", "Lãnh đạo chưa quyết định dự thảo của cán bộ.",
         _drafted, "drafted_at", "cho-thong-qua"),
)  # fmt: skip
APOLOGIES = Kind(
    "apologies", "Sắp quá hạn", "Đến hạn trong một ngày làm việc: nếu không kịp, xin lỗi trước.",
    apologies, "due_at", "toi-han",
)  # fmt: skip
DEAD = "dead"
DEAD_TITLE = "Phiếu, sổ, giấy tờ, thông báo bị dừng"


def seen_by(agencies: Collection[int]) -> Q:
    """What these agencies receive or decide, at whosever desk it lies. Said by desks as well, so
    that an index answers."""
    own = Q(receiving_agency__in=agencies) | Q(deciding_agency__in=agencies)
    pairs = Service.objects.filter(own).values_list("receiving_agency", "deciding_agency")
    desks = {*agencies, *(desk for pair in pairs.distinct() for desk in pair)}
    return Q(desk_agency__in=desks) & own


def drafted_at(agencies: Collection[int]) -> Q:
    """What specialists of these agencies work on, and draft an apology for (T26)."""
    return seen_by(agencies) & Q(deciding_agency__in=agencies)


@dataclass(frozen=True, slots=True)
class Dead:
    """An effect that was given up: `what` of which dossier (None: of a desk's register), and why;
    `row` where a person may have it made anew."""

    dossier: Dossier | None
    desk: Agency
    what: str
    at: datetime
    why: str
    row: Slip | RegisterVolume | None = None

    @property
    def pair(self) -> tuple[int, int]:
        if self.dossier is None:
            return self.desk.pk, self.desk.pk
        return self.dossier.receiving_agency_id, self.dossier.deciding_agency_id


def dead(agencies: Collection[int] | None = None) -> list[Dead]:
    """Slips, papers, notices and volumes of these agencies (None: of all) that wait for a person,
    the newest first: five queries."""
    mine = Q() if agencies is None else seen_by(agencies)
    known = {one.pk: one for one in _with_dead(mine)}
    found = [
        _dead(known[one.dossier_id], one.get_kind_display(), one, remade=True)
        for one in Slip.objects.dead().filter(dossier__in=known)
    ]
    found += [
        _dead(known[one.dossier_id], one.filename, one)
        for one in Paper.objects.dead().filter(dossier__in=known)
    ]
    by_id = {one.public_id: one for one in known.values()}
    found += [
        _dead(by_id[number], one.subject, one) for one, number in _dead_notices() if number in by_id
    ]
    return sorted([*found, *_volumes(agencies)], key=lambda one: one.at, reverse=True)


def _dead(dossier: Dossier, what: str, row: Any, *, remade: bool = False) -> Dead:
    again = row if remade else None
    return Dead(dossier, dossier.desk_agency, what, row.dead_at, row.last_error, again)


def _volumes(agencies: Collection[int] | None) -> list[Dead]:
    found: Any = RegisterVolume.objects.dead().select_related("agency")
    if agencies is not None:
        found = found.filter(agency__in=agencies)
    return [Dead(None, one.agency, str(one), one.dead_at, one.last_error, one) for one in found]


def _with_dead(mine: Q) -> DossierQuerySet:
    slips = Slip.objects.dead().values("dossier")
    papers = Paper.objects.dead().exclude(state=CheckState.INFECTED).values("dossier")
    named = [number for _, number in _dead_notices()]
    affected = Q(pk__in=slips) | Q(pk__in=papers) | Q(public_id__in=named)
    # A draft is its writer's alone, who sees on its page what could not be checked.
    filed = Dossier.objects.filter(affected, mine).exclude(status=Status.DRAFT)
    return filed.select_related("procedure", "desk_agency")


def _dead_notices() -> list[tuple[Notice, uuid.UUID]]:
    """Those of a dossier: their key begins with its public number (actions.notices)."""
    found = []
    for one in Notice.objects.dead().order_by("-dead_at")[:_NOTICES]:
        try:
            found.append((one, uuid.UUID(one.key.partition("/")[0])))
        except ValueError:
            continue
    return found


Counts = dict[str, Counter[tuple[int, int]]]


def counts(of: Bounds) -> Counts:
    """How many of each kind of each (receiving, deciding agency): one query a kind, for all
    leaders."""
    found: Counts = {}
    for kind in (*KINDS, APOLOGIES):
        pairs = kind.found(of).order_by().values_list("receiving_agency", "deciding_agency")
        found[kind.key] = Counter(
            {(receiving, deciding): n for receiving, deciding, n in pairs.annotate(n=Count("pk"))}
        )
    found[DEAD] = Counter(one.pair for one in dead())
    return found


def total(numbers: Counts, agencies: Iterable[int]) -> dict[str, int]:
    """Of each kind, what these agencies see."""
    mine = set(agencies)
    return {
        key: sum(n for pair, n in pairs.items() if mine.intersection(pair))
        for key, pairs in numbers.items()
    }
