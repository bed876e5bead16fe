"""What officers write beside a dossier: ticks, notes, opinions of other units. None of it
moves the dossier or its clock; what others rely on (a tick, an opinion) stands in its history."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.desk import desk_of
from accounts.models import Agency, Position, User
from accounts.roles import CARDS, Role
from dossiers import people, policies
from dossiers.actions import holding
from dossiers.actions.errors import AlreadyThere, MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.moves import CHAIN, append_event
from dossiers.models import Dossier, Note, Opinion, Paper
from dossiers.workflow import IN_OFFICE, Actor, Status
from notices import actions as notices

# The same words again within this time are the same press.
AGAIN = timedelta(minutes=1)
OPINIONS_AT_ONCE = 10


def at_work_on(user: User, dossier: Dossier) -> bool:
    """An officer of its agencies, and not their own matter."""
    mine = {dossier.receiving_agency_id, dossier.deciding_agency_id}
    return bool(holding.works_at(user) & mine) and not people.is_party(user, dossier)


def asks_as(user: User, dossier: Dossier) -> Actor | None:
    """As what this person may ask another unit: whoever answers for the dossier's content."""
    ways = (Actor.SPECIALIST, Actor.LEADER, Actor.CLERK, Actor.RECEPTION)
    return next((actor for actor in ways if policies.plays(user, dossier, actor)), None)


def _asks_for(user: User, dossier: Dossier, actor: Actor) -> Agency:
    decides = desk_of(user).plays(actor.value, dossier.deciding_agency_id)
    if decides and actor is not Actor.RECEPTION:  # who receives does so where it was filed
        return dossier.deciding_agency
    return dossier.receiving_agency


def _need_work(user: User, dossier: Dossier) -> None:
    if not at_work_on(user, dossier):
        raise MoveRefused("Chỉ cán bộ đang giải quyết hồ sơ này làm được việc này.")


@transaction.atomic
def compare_paper(paper: Paper, *, compared: bool, by: User, at: datetime) -> None:
    """Tick or untick “đã đối chiếu với bản chính”, and say so in the history; ticking again keeps
    who was first, and what somebody says to have compared only they or a leader take away."""
    _need_work(by, paper.dossier)
    locked = lock(paper.dossier)
    now = Paper.objects.select_related("compared_by").get(pk=paper.pk)
    now.dossier = locked
    if now.superseded_by_id or now.removed_at:
        raise MoveRefused(f"Tệp “{now.filename}” đã được thay; hãy tải lại trang.")
    if not compared and not may_untick(by, now):
        raise MoveRefused(f"{now.compared_by} đã đối chiếu; chỉ người đó hoặc lãnh đạo bỏ được.")
    if compared == (now.compared_at is not None):
        return
    now.compared_at, now.compared_by = (at, by) if compared else (None, None)
    now.save(update_fields=["compared_at", "compared_by"])
    data = {"paper": str(now.public_id), "file": now.filename}
    append_event(locked, "compare" if compared else "uncompare", by=by, at=at, data=data)
    locked.save(update_fields=CHAIN)


def may_untick(user: User, paper: Paper) -> bool:
    if paper.compared_by_id in (None, user.pk):
        return True
    dossier = paper.dossier
    return holding.leads(user, dossier) or policies.plays(user, dossier, Actor.LEADER)


def write_note(dossier: Dossier, *, text: str, by: User, at: datetime) -> Note:
    _need_work(by, dossier)
    if not text.strip():
        raise MoveRefused("Hãy viết nội dung ghi chú.")
    with transaction.atomic():
        lock(dossier, only=("status",))  # a double click waits here and sees the first
        mine = dossier.notes.standing().filter(by=by, text=text.strip(), at__gt=at - AGAIN)
        return mine.first() or Note.objects.create(dossier=dossier, by=by, at=at, text=text.strip())


def remove_note(note: Note, *, by: User, at: datetime) -> None:
    """Only who wrote it; that there was one stays."""
    if note.by_id != by.pk:
        raise MoveRefused("Chỉ người viết gỡ được ghi chú.")
    Note.objects.filter(pk=note.pk, removed_at=None).update(removed_at=at, text="")


@transaction.atomic
def ask_opinion(
    dossier: Dossier,
    *,
    agency: Agency,
    question: str,
    papers: list[Paper],
    due_on: date,
    by: User,
    at: datetime,
) -> Opinion:
    """Ask another unit, and say so in the history. The clock runs on: the law gives no time
    for asking one another."""
    locked = lock(dossier)
    actor = asks_as(by, locked)
    if actor is None:
        raise MoveRefused("Chỉ cán bộ tiếp nhận hoặc người thụ lý hồ sơ xin ý kiến.")
    if locked.status not in IN_OFFICE or locked.status == Status.WITHDRAWING:
        raise MoveRefused(f"Hồ sơ đang ở trạng thái “{locked.get_status_display()}”.")
    if agency.pk in (locked.receiving_agency_id, locked.deciding_agency_id):
        raise MoveRefused("Đơn vị này đang giải quyết hồ sơ; hãy chọn đơn vị khác.")
    waiting = locked.opinions.waiting()
    if waiting.filter(agency=agency).exists():
        raise AlreadyThere(f"Đã xin ý kiến {agency.name}, đơn vị chưa trả lời.")
    if waiting.count() >= OPINIONS_AT_ONCE:
        raise MoveRefused(f"Hồ sơ đang chờ {OPINIONS_AT_ONCE} ý kiến; hãy đợi trả lời bớt.")
    asked = Opinion.objects.create(
        dossier=locked, agency=agency, asking_agency=_asks_for(by, locked, actor),
        question=question, due_on=due_on, asked_by=by, asked_at=at,
    )  # fmt: skip
    asked.papers.set(papers)
    _tell(locked, "ask_opinion", asked, by=by, actor=actor, at=at, note=question)
    for person in _who_answers(agency, at):
        _mail(asked, person, f"Xin ý kiến về hồ sơ {locked.code}", at)
    return asked


@transaction.atomic
def answer_opinion(opinion: Opinion, *, answer: str, by: User, at: datetime) -> None:
    locked = lock(opinion.dossier)
    rows = Opinion.objects.select_related("agency").select_for_update(no_key=True, of=("self",))
    now = rows.get(pk=opinion.pk)
    if now.agency_id not in desk_of(by).dossier_agencies or people.is_party(by, locked):
        raise MoveRefused("Chỉ cán bộ của đơn vị được hỏi, ngoài hồ sơ này, trả lời được.")
    if now.answered_at:
        raise AlreadyThere("Đơn vị bạn đã trả lời ý kiến này.")
    if now.cancelled_at:
        raise MoveRefused("Cơ quan hỏi đã thôi xin ý kiến này.")
    now.answer, now.answered_by, now.answered_at = answer, by, at
    now.save(update_fields=["answer", "answered_by", "answered_at"])
    _tell(locked, "give_opinion", now, by=by, actor=_works_as(by, now.agency), at=at, note=answer)
    _mail(now, now.asked_by, f"Đã có ý kiến về hồ sơ {locked.code}", at)


@transaction.atomic
def cancel_opinion(opinion: Opinion, *, by: User, at: datetime) -> None:
    locked = lock(opinion.dossier)
    actor = asks_as(by, locked)
    if actor is None:
        raise MoveRefused("Chỉ cán bộ tiếp nhận hoặc người thụ lý hồ sơ thôi xin ý kiến.")
    now = Opinion.objects.select_for_update(no_key=True).get(pk=opinion.pk)
    if not now.waits:
        raise AlreadyThere("Ý kiến này đã được trả lời hoặc đã thôi hỏi.")
    now.cancelled_at = at
    now.save(update_fields=["cancelled_at"])
    _tell(locked, "cancel_opinion", now, by=by, actor=actor, at=at)


def _tell(
    dossier: Dossier,
    name: str,
    opinion: Opinion,
    *,
    by: User,
    actor: Actor,
    at: datetime,
    note: str = "",
) -> None:
    """An event of the office among itself: the citizen has heard nothing by it."""
    data = {"agency": opinion.agency.name, "opinion": str(opinion.public_id)}
    append_event(dossier, name, by=by, at=at, note=note, data=data, actor=actor)
    dossier.save(update_fields=CHAIN)


def _who_answers(agency: Agency, at: datetime) -> list[User]:
    """The unit's leaders; everybody who works on dossiers there when it has none."""
    held = Position.objects.in_force(timezone.localdate(at)).filter(
        agency=agency,
        user__is_active=True,
        role__in=[r for r in CARDS if CARDS[r].works_on_dossiers],
    )
    posts = list(held.select_related("user").order_by("user_id"))
    chosen = [post for post in posts if post.role == Role.LEADER] or posts
    return list({post.user_id: post.user for post in chosen}.values())


def _mail(opinion: Opinion, person: User, subject: str, at: datetime) -> None:
    what = "answer" if opinion.answered_at else "ask"
    notices.write_to(
        person,
        key=f"opinion-{opinion.public_id}/{what}/{person.pk}",
        kind="opinion",
        subject=subject,
        link=reverse("officer-opinion", args=[opinion.public_id]),
        at=at,
    )


def _works_as(user: User, agency: Agency) -> Actor:
    """Their role at the asked unit; whoever may answer there without one of these speaks for its
    desk."""
    ways = (Actor.SPECIALIST, Actor.LEADER, Actor.CLERK)
    desk = desk_of(user)
    return next((one for one in ways if desk.plays(one.value, agency.pk)), Actor.RECEPTION)
