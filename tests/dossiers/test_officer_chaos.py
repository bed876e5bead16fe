"""R11: many hands on one dossier at the same moment, again and again. Every decision is one, every
claim has one holder, and who came second is told who came first and when."""

import random
import threading
import uuid
from functools import partial

import pytest
from django.utils import timezone

from dossiers import actions
from dossiers.actions import DossierError, bulk, bulk_work, holding, labels
from dossiers.actions.bulk import Seen
from dossiers.models import Dossier, Event, Label
from tests import factories
from tests.dossiers.test_officer_crowd import at_once

pytestmark = [pytest.mark.pg, pytest.mark.django_db(transaction=True)]
WHY = "Hồ sơ trùng với hồ sơ khác đã nộp."
FEW, MANY = 25, 200


@pytest.fixture
def crew(db):
    agency = factories.an_agency()
    return [
        factories.an_officer(f"Cán bộ {n:02d}", f"cb{n}@example.vn", "reception", agency)
        for n in range(10)
    ]


def told(act):
    """What became of it: the event, or the sentence."""

    def run():
        try:
            return act()
        except DossierError as refused:
            return str(refused)

    return run


def decide(dossier, by, name):
    fresh = Dossier.objects.get(pk=dossier.pk)
    seen = fresh.revision
    if name == "accept":
        return lambda: actions.make_move(fresh, "accept", by=by, at=timezone.now(), revision=seen)
    return lambda: actions.refuse(fresh, by=by, at=timezone.now(), reason=WHY, revision=seen)


def both_decide(rounds, filed_each, lan, huong):
    """The numbers of decisions and of sentences that name who was first, over all rounds."""
    decisions, sentences = [], []
    for _ in range(rounds):
        dossier = filed_each()
        pair = [decide(dossier, lan, "accept"), decide(dossier, huong, "refuse")]
        random.shuffle(pair)
        answers = at_once(*map(told, pair))
        made = Event.objects.filter(dossier=dossier, move__in=["accept", "refuse"])
        decisions.append(made.count())
        first = made.get().by
        sentences += [said for said in answers if isinstance(said, str) and first.full_name in said]
    return decisions, sentences


@pytest.fixture
def filed_each(filed):
    """Each time another dossier as Bình filed it, cheaply."""

    def make():
        twin = Dossier.objects.get(pk=filed.pk)
        twin.pk, twin.code = None, f"{filed.code}-{uuid.uuid4().hex[:8]}"
        twin.public_id, twin.start_token = uuid.uuid4(), uuid.uuid4()
        twin.chain_head, twin.chain_length = "", 0
        twin.save()
        return twin

    return make


@pytest.mark.parametrize(
    "rounds", [FEW, pytest.param(MANY, marks=[pytest.mark.chaos])], ids=["few", "many"]
)
def test_two_decide_and_one_decision_stands(rounds, filed_each, crew):
    decisions, sentences = both_decide(rounds, filed_each, crew[0], crew[1])
    assert decisions == [1] * rounds and len(sentences) == rounds


def test_ten_claim_and_one_holds_it(filed, crew):
    answers = at_once(
        *(told(lambda by=by: holding.claim(filed, by=by, at=timezone.now())) for by in crew)
    )
    won = Event.objects.get(move="claim").by
    losers = [said for said in answers if isinstance(said, str)]
    assert len(losers) == 9 and Dossier.objects.get(pk=filed.pk).assignee == won
    assert all(said.startswith(f"{won.full_name} đã nhận hồ sơ này từ lúc") for said in losers)


def test_many_at_once_and_one_by_hand_make_one_event(filed, crew):
    """The bulk act of one and the page of another, from the same list."""
    rows = [Seen(filed.pk, filed.revision)]
    made = bulk.begin("accept", rows=rows, token=uuid.uuid4(), by=crew[0], at=timezone.now())
    pk = made.rows.get().pk
    at_once(
        told(lambda: bulk_work.do_row(pk, at=timezone.now())),
        told(decide(filed, crew[1], "accept")),
        told(lambda: bulk_work.do_row(pk, at=timezone.now())),
    )
    assert Event.objects.filter(dossier=filed, move="accept").count() == 1


def test_two_workers_on_one_row_do_it_once(filed, crew):
    rows = [Seen(filed.pk, filed.revision)]
    made = bulk.begin("claim", rows=rows, token=uuid.uuid4(), by=crew[0], at=timezone.now())
    pk = made.rows.get().pk
    answers = at_once(*[told(lambda: bulk_work.do_row(pk, at=timezone.now()))] * 4)
    assert answers == [None] * 4 and Event.objects.filter(move="claim").count() == 1


def two_labels(lan, *words):
    agency = factories.an_agency()
    make = partial(labels.make_label, agency=agency, colour="red", by=lan)
    return at_once(*(told(partial(make, text=text)) for text in words))


def test_a_label_pressed_twice_is_one_and_a_sentence(lan):
    assert "Cơ quan đã có nhãn này." in two_labels(lan, "Gấp", "Gấp")
    assert Label.objects.count() == 1


def test_two_at_once_make_no_label_too_many(lan, monkeypatch):
    monkeypatch.setattr(labels, "MOST_LABELS", 1)
    two_labels(lan, "Gấp", "Ưu tiên")
    assert Label.objects.count() == 1


def meet_before_labels(monkeypatch):
    """Both have asked before either writes."""
    meet, make = threading.Barrier(2, timeout=20), Label.objects.create

    def met(**values):
        meet.wait()
        return make(**values)

    monkeypatch.setattr(Label.objects, "create", met)


def test_twin_without_waiting_there_are_more_labels_than_an_agency_may_have(lan, monkeypatch):
    monkeypatch.setattr(labels, "MOST_LABELS", 1)
    monkeypatch.setattr(labels, "_one_at_a_time", lambda agency: None)
    meet_before_labels(monkeypatch)
    two_labels(lan, "Gấp", "Ưu tiên")
    assert Label.objects.count() == 2


def test_twin_believing_what_was_read_before_the_lock_four_hold_it(filed, crew, monkeypatch):
    """Who has it is not read anew under the lock: all four read "nobody", each takes it from the
    one before, and each was told that it is theirs."""
    meet, real = threading.Barrier(4, timeout=20), holding.lock

    def believing(dossier):
        seen = Dossier.objects.get(pk=dossier.pk)
        meet.wait()
        locked = real(dossier)
        locked.assignee = seen.assignee
        return locked

    monkeypatch.setattr(holding, "lock", believing)
    at_once(
        *(told(lambda by=by: holding.claim(filed, by=by, at=timezone.now())) for by in crew[:4])
    )
    claims = Event.objects.filter(dossier=filed, move="claim")
    assert {claim.by for claim in claims} == set(crew[:4])
    assert all(claim.data["from"] is None for claim in claims)
