"""Sample dossiers in different states, made through dossiers.actions as people would."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import Agency, User
from dossiers import actions
from dossiers.actions import Draft, Gap
from dossiers.deadlines import calendar_of
from dossiers.models import CheckState, Dossier, ReturnMethod
from portal.demo import answers as texts
from portal.demo import papers
from portal.demo.accounts import BINH, DONG_DANG, HOA, HUNG, LAN, NGAN
from portal.demo.agencies import PROVINCE_CENTRE, centre, police
from procedures.models import Requirement, Service

NAMESPACE = uuid.UUID("6b0f5a52-34a5-4b52-9d3b-0f2d7f2b6c11")
HERE = centre(DONG_DANG)
THANH, MO, DUC, HANH = "thanh@example.vn", "mo@example.vn", "duc@example.vn", "hanh@example.vn"
# People who only have dossiers: nobody signs in as them.
OTHERS = (
    (THANH, "Nông Văn Thành", "020085000231", "1985-02-17", "male"),
    (MO, "Hứa Thị Mơ", "020168000887", "1968-09-09", "female"),
    (DUC, "Chu Minh Đức", "020092000415", "1992-12-01", "male"),
    (HANH, "Vy Thị Hạnh", "020196000574", "1996-06-25", "female"),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """`days`: working days ago that it was filed; `way`: moves made since, a step each."""

    name: str
    code: str
    who: str
    days: int
    way: tuple[str, ...] = ()
    agency: str = HERE
    method: str = ReturnMethod.DESK
    wish: str = "Đề nghị giải quyết theo tờ khai và giấy tờ gửi kèm."
    child: str = ""


DONE = ("accept", "forward", "finish")
SAMPLES = (
    Sample("khai-sinh-moi", "1.001193", BINH.email, 0, child="Nguyễn Hoàng An"),
    Sample("hon-nhan-moi", "1.004873", HOA.email, 1),
    Sample("khai-tu-tre", "1.000656", THANH, 3),
    Sample("tro-cap", "1.001776", MO, 3, ("accept",)),
    Sample("giam-ho", "1.004837", DUC, 2, ("accept", "forward", "consult")),
    Sample("giam-ho-cho-thong-qua", "1.004837", MO, 2, ("accept", "forward", "draft")),
    Sample("hon-nhan-xin-loi", "1.004873", DUC, 6, ("accept", "forward", "pass", "apologise")),
    Sample("tro-cap-dung", "1.001776", HANH, 4, ("accept", "forward", "stop")),
    Sample("khai-sinh-qua-han", "1.001193", HANH, 5, ("accept", "forward"), child="Nông Gia Huy"),
    Sample("hon-nhan-bo-sung", "1.004873", BINH.email, 2, ("ask",)),
    Sample("khai-tu-da-bo-sung", "1.005461", DUC, 4, ("accept", "ask", "answer")),
    Sample("khai-sinh-gui-ve", "1.001193", BINH.email, 6, DONE, method=ReturnMethod.POST,
           child="Nguyễn Hoàng Bảo"),
    Sample("hon-nhan-cho-tra", "1.004873", THANH, 7, DONE),
    Sample("khai-tu-da-tra", "1.000656", MO, 9, (*DONE, "return")),
    Sample("tu-choi", "1.013227", HANH, 8, ("refuse",)),
    Sample("tam-tru", "1.004194", BINH.email, 0, agency=police(DONG_DANG)),
    Sample("khuyen-mai", "2.000004", DUC, 1, agency=PROVINCE_CENTRE),
)  # fmt: skip
DRAFT = uuid.uuid5(NAMESPACE, "ban-nhap")


def token(sample: Sample) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, sample.name)


def load_dossiers(people: dict[str, User], *, now: datetime) -> int:
    """Make the samples that are missing, each whole or not at all; how many were made."""
    wanted = {token(sample): sample for sample in SAMPLES}
    known = set(
        Dossier.objects.filter(start_token__in=[*wanted, DRAFT]).values_list(
            "start_token", flat=True
        )
    )
    missing = [sample for key, sample in wanted.items() if key not in known]
    if not missing and DRAFT in known:
        return 0
    people = people | _others()
    for sample in sorted(missing, key=lambda one: -one.days):
        with transaction.atomic():
            _Story(sample, people, now).tell()
    if DRAFT not in known:
        service = _service("1.004884", HERE)
        draft = actions.start_draft(service=service, by=people[BINH.email], at=now, token=DRAFT)
        actions.save_answers(draft, answers={}, by=people[BINH.email], at=now)
    return len(missing)


def _others() -> dict[str, User]:
    for number, (email, name, citizen_id, born, sex) in enumerate(OTHERS):
        User.objects.get_or_create(
            email=email,
            defaults={
                "full_name": name,
                "phone": f"036200010{number}",
                "citizen_id": citizen_id,
                "birth_date": born,
                "sex": sex,
                "auth_level": 1,
                "ward_id": "06184",
                "street": f"Số {7 + number}, khu Hoàng Văn Thụ",
                "password": make_password(None),
            },
        )
    emails = [email for email, *_ in OTHERS]
    found = User.objects.filter(email__in=emails).select_related("ward")
    return {str(user.email): user for user in found}


def _service(code: str, agency: str) -> Service:
    return Service.objects.select_related("procedure__current", "receiving_agency").get(
        procedure__code=code, receiving_agency__code=agency
    )


class _Story:
    """One sample's way, told in working time before now."""

    def __init__(self, sample: Sample, people: dict[str, User], now: datetime) -> None:
        self.sample, self.people, self.now = sample, people, now
        self.by = people[sample.who]
        self.service = _service(sample.code, sample.agency)
        self.clock = self._start()
        self.dossier: Dossier

    def _start(self) -> datetime:
        calendar = calendar_of(self.service.receiving_agency)
        day = timezone.localtime(self.now)
        left = self.sample.days
        while left:
            day -= timedelta(days=1)
            left -= calendar.is_working_day(day.date())
        if not self.sample.days:
            return self.now - timedelta(minutes=50)
        return day.replace(hour=8, minute=10 + 5 * self.sample.days, second=0, microsecond=0)

    def _tick(self, minutes: int = 25) -> datetime:
        self.clock = min(self.clock + timedelta(minutes=minutes), self.now)
        return self.clock

    def tell(self) -> None:
        self._file()
        for step in self.sample.way:
            getattr(self, f"_{step}")()
            self.dossier.refresh_from_db()

    def _file(self) -> None:
        sample, by = self.sample, self.by
        self.dossier = actions.start_draft(
            service=self.service, by=by, at=self.clock, token=token(sample)
        )
        if self.dossier.case is None:
            case = self.dossier.version.cases.first()
            assert case is not None
            self.dossier = actions.choose_case(self.dossier, case=case, by=by, at=self.clock)
        written = texts.birth(by, sample.child) if sample.child else None
        actions.save_answers(
            self.dossier, answers=written or texts.general(by, sample.wish), by=by, at=self.clock
        )
        assert self.dossier.case is not None
        for need in self.dossier.case.requirements.filter(mandatory=True, online="upload"):
            self._attach(need)
        self._say_how_it_returns()
        self.dossier = actions.submit(self.dossier, by=by, at=self._tick())
        self._check()

    def _say_how_it_returns(self) -> None:
        by = self.by
        actions.save_return(
            self.dossier,
            by=by,
            at=self.clock,
            method=self.sample.method,
            name=by.full_name,
            phone=by.phone or "",
            ward=by.ward,
            street=by.street,
        )

    def _attach(self, need: Requirement) -> None:
        upload = papers.photo(need.name, self.by.full_name)
        actions.attach_paper(
            self.dossier, upload=upload, requirement=need, by=self.by, at=self.clock
        )

    def _check(self) -> None:
        """As the worker would; these files we drew ourselves."""
        for paper in self.dossier.papers.filter(state=CheckState.PENDING):
            paper.lease_token = uuid.uuid4()
            paper.leased_until = self.now + timedelta(minutes=1)
            paper.save(update_fields=["lease_token", "leased_until"])
            actions.record_check(paper, state=CheckState.CLEAN, at=self.clock)

    def _person(self, email: str) -> User:
        return self.people[email]

    def _accept(self) -> None:
        lan = self._person(LAN.email)
        if due := self.dossier.fee_at_reception:
            actions.record_payment(
                self.dossier, amount=due, reference="BL-MAU", by=lan, at=self._tick()
            )
        actions.make_move(self.dossier, "accept", by=lan, at=self._tick())

    def _forward(self) -> None:
        actions.forward(self.dossier, by=self._person(LAN.email), at=self._tick())

    def _pass(self) -> None:
        ngan, hung = self._person(NGAN.email), self._person(HUNG.email)
        actions.take_up(self.dossier, by=ngan, at=self._tick())
        actions.forward_step(
            self.dossier, by=ngan, at=self._tick(90), to=hung, note="Hồ sơ đủ, mời anh xem."
        )

    def _consult(self) -> None:
        """Hùng leaves a note and asks the police."""
        hung = self._person(HUNG.email)
        text = "Đã gọi người được cử giám hộ, hẹn gặp chiều thứ Năm."
        actions.write_note(self.dossier, text=text, by=hung, at=self._tick())
        actions.ask_opinion(
            self.dossier,
            agency=Agency.objects.get(code=police(DONG_DANG)),
            question="Đề nghị xác minh nơi cư trú của người được cử giám hộ.",
            papers=list(self.dossier.papers.current().in_order()[:1]),
            due_on=timezone.localdate(self.now) + timedelta(days=2),
            by=hung,
            at=self._tick(),
        )

    def _draft(self) -> None:
        """Ngân asks for additions; nobody has consented yet."""
        reason = "Giấy tờ chưa đọc được, đề nghị chụp lại."
        gaps = (self._gap(),)
        actions.propose(
            self.dossier,
            Draft("ask_additions_in_processing", reason, gaps),
            by=self._person(NGAN.email),
            at=self._tick(),
        )

    def _apologise(self) -> None:
        """Drafted by Ngân, let out by Hùng: five working days more, from today."""
        calendar = calendar_of(self.service.receiving_agency)
        until = calendar.add_working_days(timezone.localtime(self.now), 5)
        proposal = actions.propose(
            self.dossier,
            Draft("apologise", "Cơ quan phối hợp chưa trả lời xác minh.", until=until),
            by=self._person(NGAN.email),
            at=self._tick(),
        )
        actions.decide(proposal, approved=True, by=self._person(HUNG.email), at=self._tick())

    def _stop(self) -> None:
        reason = "Chờ kết luận xác minh nơi cư trú của công an xã."
        actions.make_consented(
            self.dossier, Draft("stop", reason), by=self._person(HUNG.email), at=self._tick()
        )

    def _refuse(self) -> None:
        actions.refuse(
            self.dossier,
            by=self._person(LAN.email),
            at=self._tick(),
            reason="Công trình nằm ngoài địa bàn của xã. Mời bạn nộp tại xã nơi có công trình.",
        )

    def _gap(self) -> Gap:
        paper = self.dossier.papers.current().select_related("requirement").first()
        assert paper and paper.requirement
        return Gap(
            label=paper.requirement.name,
            reason="Ảnh chụp mờ, không đọc được phần chữ ký.",
            requirement=paper.requirement,
        )

    def _ask(self) -> None:
        actions.ask_additions(
            self.dossier,
            gaps=[self._gap()],
            reason="Đề nghị chụp lại giấy tờ cho rõ.",
            by=self._person(LAN.email),
            at=self._tick(),
        )

    def _answer(self) -> None:
        asked = self.dossier.rounds.get(completed_at=None).deficiencies.get()
        self._tick()
        assert asked.requirement
        self._attach(asked.requirement)
        self._check()
        actions.answer_additions(
            self.dossier, answers={}, note="Tôi đã chụp lại.", by=self.by, at=self._tick()
        )

    def _finish(self) -> None:
        hung = self._person(HUNG.email)
        kind = self.dossier.version.result_types.first()
        title = kind.name if kind else "Kết quả"
        particulars: dict[str, Any] = {
            "title": title,
            "number": f"{20 + self.sample.days}/{self.clock:%Y}",
            "signer": hung.full_name,
        }
        upload = papers.result(owner=self.by.full_name, **particulars)
        at = self._tick(90)
        actions.record_result(
            self.dossier, upload=upload, issued_on=at.date(), by=hung, at=at, **particulars
        )

    def _return(self) -> None:
        actions.return_result(
            self.dossier,
            by=self._person(LAN.email),
            at=self._tick(),
            recipient=self.by.full_name,
        )
