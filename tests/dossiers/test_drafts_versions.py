"""A new version comes while a hundred drafts and a hundred dossiers are open (R14): each keeps the
version it has, and no draft loses a word or a paper on its way to the new one."""

import uuid

import pytest

from dossiers import actions
from dossiers.actions import carrying, filing
from dossiers.actions.reusing import given_again
from dossiers.models import Dossier, Paper
from dossiers.workflow import Status
from procedures import actions as catalogue
from procedures.models import Procedure, ProcedureVersion
from tests import factories
from tests.factories import MORNING
from tests.procedures.records import FEE, a_record

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

PEOPLE, EACH = 10, 10  # twenty drafts a person are the most
HUNDRED = PEOPLE * EACH
THEN = MORNING.replace(day=17)


def publish(amount, at, **changes):
    way = {
        "kind": "online",
        "time": 3,
        "unit": "working_day",
        "time_text": "3 ngày làm việc",
        "fees": [FEE | {"amount": amount}],
    }
    record = a_record(channels=[way], **changes)
    form = factories.SMALL_EFORM | {"title": f"Tờ khai, lệ phí {amount} đồng"}
    return catalogue.publish(record, eform=form, by=None, at=at).procedure


@pytest.fixture(scope="module")
def made(lasting_rows):
    """Each of ten people has ten dossiers filed and ten drafts, every one with words of its own."""
    service = factories.a_service(publish(8_000, MORNING))
    first = factories.a_filed(factories.binh(), service)
    for number in range(PEOPLE):
        person = factories.a_person(
            f"Lý Văn {number}", f"ly{number}@example.vn", phone=f"098765432{number}",
            citizen_id=f"02009000{number:04}", auth_level=1,
        )  # fmt: skip
        told = {"owner_address": "Khu Nam Quan"}
        draft = factories.a_draft(person, service, method="desk", told=told)
        for turn in range(EACH):
            twin_of(draft, first, f"Lời của {number}, nháp {turn}")
            twin_of(first, first, f"Lời của {number}, lần {turn}", code=f"{number}-{turn}")
        draft.delete()


def twin_of(dossier, first, words, **fields):
    """One more row like `dossier`, with words of its own and the paper of `first`."""
    one = Dossier.objects.get(pk=dossier.pk)
    one.pk, one.public_id, one.start_token = None, uuid.uuid4(), uuid.uuid4()
    one.answers = factories.SMALL_ANSWERS | {"ghi_chu": words}
    for name, value in fields.items():
        setattr(one, name, value)
    one.save(force_insert=True)
    paper = first.papers.get()
    paper.filename = f"{words}.pdf"
    where = {"requirement": paper.requirement, "order": 1}
    given_again(paper, one, by=one.submitter, at=MORNING, **where)


@pytest.fixture
def open_ones(made):
    """Without the one whose paper they share."""
    return list(Dossier.objects.select_related("submitter").order_by("pk"))[1:]


@pytest.fixture
def drafts(open_ones):
    return [one for one in open_ones if one.status == Status.DRAFT]


@pytest.fixture
def renewed(made):
    """The same papers, another fee and another form."""
    return publish(9_000, THEN, conditions="Điều kiện mới.").current


def held(dossier):
    """Everything a person gave, and by which rules."""
    fresh = Dossier.objects.get(pk=dossier.pk)
    names = "version_id case_id status answers typed fees fee_total term_time return_method"
    papers = fresh.papers.in_order().values_list("requirement", "filename", "removed_at")
    return [*(getattr(fresh, name) for name in names.split()), *papers]


def words_and_papers(dossier):
    papers = Paper.objects.current().filter(dossier=dossier).in_order()
    given = list(papers.values_list("requirement__key", "filename", "stored_name"))
    return dossier.answers, dossier.owner_name, dossier.return_method, given


def moved(draft):
    draft = Dossier.objects.get(pk=draft.pk)
    by = draft.submitter
    return actions.copy_dossier(draft, by=by, at=THEN, token=uuid.uuid4())


def test_each_keeps_its_version_when_a_new_one_comes_and_goes(open_ones):
    before = {one.pk: held(one) for one in open_ones}
    old = ProcedureVersion.objects.get()
    publish(9_000, THEN)
    catalogue.retire(Procedure.objects.get(), at=THEN, decision_no="9/QĐ-UBND")
    assert len(before) == 2 * HUNDRED
    assert {one.pk: held(one) for one in open_ones} == before
    assert {kept[0] for kept in before.values()} == {old.pk}


def test_no_draft_loses_a_word_or_a_paper_on_its_way(open_ones, drafts, renewed):
    before = {one.pk: held(one) for one in open_ones}
    assert len(drafts) == HUNDRED
    for draft in drafts:
        new, left_out, left_behind = moved(draft)
        assert (left_out, left_behind, new.version) == ([], [], renewed)
        assert words_and_papers(new) == words_and_papers(draft)
        assert words_and_papers(new)[3] and actions.gaps(new, at=THEN) == []
    assert {one.pk: held(one) for one in open_ones} == before
    filed = actions.submit(new, by=new.submitter, at=THEN)
    assert (filed.version, filed.fees[0]["amount"]) == (renewed, 9_000)


def test_twin_without_carrying_every_draft_loses_its_papers(drafts, renewed, monkeypatch):
    monkeypatch.setattr(carrying, "carry", lambda *args, **kwargs: [])
    lost = [draft for draft in drafts[:EACH] if actions.gaps(moved(draft).draft, at=THEN)]
    assert len(lost) == EACH


def test_no_draft_is_filed_by_rules_that_went(drafts, renewed):
    for draft in drafts:
        with pytest.raises(actions.MoveRefused, match="phiên bản mới"):
            actions.submit(draft, by=draft.submitter, at=THEN)


def test_twin_without_that_refusal_a_dossier_owes_the_fee_of_yesterday(
    drafts, renewed, monkeypatch
):
    monkeypatch.setattr(filing, "_refuse_closed", lambda draft: None)
    filed = actions.submit(drafts[0], by=drafts[0].submitter, at=THEN)
    assert filed.version != renewed and filed.fees[0]["amount"] == 8_000
