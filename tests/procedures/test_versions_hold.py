"""A hundred drafts and a hundred dossiers are open while versions come and go: what was filed
stays as it was filed, and no published word changes."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from dossiers import actions as filing
from dossiers.models import Dossier
from procedures import actions
from procedures.models import Draft, ProcedureVersion, Service
from procedures.records import digest_of, record_of
from procedures.records.reading import with_record_parts
from tests import factories
from tests.factories import MORNING, VN
from tests.procedures.drafts import NEXT_WEEK, approved, saved, submitted
from tests.procedures.records import FEE, a_record

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

HUNDRED = 100
THEN = datetime(2026, 3, 17, 9, 0, tzinfo=VN)  # a Tuesday again
CASE = {"key": "thong-thuong", "name": "Thông thường", "hint": "", "requirements": []}


def way(time: int, amount: int) -> dict[str, Any]:
    return {
        "kind": "online",
        "time": time,
        "unit": "working_day",
        "time_text": f"{time} ngày làm việc",
        "fees": [FEE | {"amount": amount, "collected": 2}],
    }


def published(number: int) -> Service:
    record = a_record(code=f"7.{number:06}", cases=[CASE], channels=[way(3, 8000)])
    procedure = actions.publish(record, eform=factories.SMALL_EFORM, by=None, at=MORNING).procedure
    return factories.a_service(procedure)


def another(cuc, service: Service) -> Draft:
    """Everything that could reach a dossier is different in it."""
    draft = actions.open_draft(service.procedure, by=cuc, at=MORNING)
    return saved(
        draft, cuc, level=3, service_type="PARTIAL", channels=[way(30, 99_000)],
        cases=[CASE | {"key": "khac", "name": "Trường hợp khác"}],
    )  # fmt: skip


def held(dossier: Dossier) -> tuple[Any, ...]:
    names = "version_id case_id level fees fee_total term_time term_unit due_at answers"
    return tuple(getattr(dossier, name) for name in names.split())


def words() -> dict[int, tuple[Any, ...]]:
    """Everything each version says, read from its tables."""
    return {
        version.pk: (record_of(version), version.eform, version.content_digest, version.number)
        for version in with_record_parts(ProcedureVersion.objects.all())
    }


@pytest.fixture(scope="module")
def made(lasting_rows) -> None:
    """The first half is accepted, the second waits at the desk; each has a draft beside it."""
    binh, lan = factories.binh(), factories.lan()
    cuc = factories.an_editor("Đào Thị Cúc", "cuc@example.vn")
    for number in range(HUNDRED):
        service = published(number)
        dossier = factories.a_filed(binh, service)
        if number < HUNDRED // 2:
            filing.make_move(dossier, "accept", by=lan, at=MORNING)
        another(cuc, service)


@pytest.fixture
def open_hundred(made) -> list[Dossier]:
    return list(Dossier.objects.order_by("pk"))


@pytest.fixture
def lan(made) -> User:
    return User.objects.get(email="lan@example.vn")


@pytest.fixture
def cuc(made) -> User:
    return User.objects.get(email="cuc@example.vn")


def test_what_was_filed_stays_while_versions_come_and_go(open_hundred, lan, cuc, dung) -> None:
    before = {dossier.pk: held(Dossier.objects.get(pk=dossier.pk)) for dossier in open_hundred}
    texts = words()
    assert len(texts) == Draft.objects.open().count() == HUNDRED

    drafts = list(Draft.objects.order_by("code"))
    for draft in drafts[:60]:
        approved(submitted(draft, cuc), dung, NEXT_WEEK)
    for draft in drafts[40:80]:  # of these, twenty are approved: they come back
        record = record_of(draft.base) | {"conditions": "Từ tệp nhập."}
        actions.publish(record, eform=draft.eform, by=None, at=THEN)
    for draft in drafts[80:]:
        actions.retire(draft.procedure, at=THEN, decision_no="9/QĐ-UBND")
    assert actions.publish_due(at=THEN) == 40

    for dossier in open_hundred:
        dossier.refresh_from_db()
        assert held(dossier) == before[dossier.pk]
    after = words()
    assert len(after) == HUNDRED + 40 + 40
    assert {pk: after[pk] for pk in texts} == texts
    assert all(digest == digest_of(record, form) for record, form, digest, _ in after.values())
    kept = Draft.objects.open().order_by("code")
    assert [draft.code for draft in kept] == [draft.code for draft in drafts[40:]]
    assert {draft.record["level"] for draft in kept} == {3}


def test_a_dossier_accepted_under_a_new_version_has_the_old_term(open_hundred, lan, cuc, dung):
    """Filed under three working days: accepted on Tuesday 17/03 at 9:00, due Friday 20/03."""
    for draft in Draft.objects.order_by("code")[:HUNDRED]:
        approved(submitted(draft, cuc), dung, NEXT_WEEK)
    assert actions.publish_due(at=THEN) == HUNDRED
    for dossier in open_hundred[HUNDRED // 2 :]:
        filing.make_move(dossier, "accept", by=lan, at=THEN)
        moved = Dossier.objects.select_related("version").get(pk=dossier.pk)
        assert (moved.version.number, moved.version.state) == (1, "retired")
        assert moved.due_at == THEN + timedelta(days=3)
        assert (moved.term_time, moved.fees[0]["amount"], moved.level) == (3, 8000, 4)
