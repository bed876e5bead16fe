"""Whoever changes the ledger all the same is found (R25)."""

import io
import random
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dossiers import actions
from dossiers.audit import anchors, chain, numbers, walk
from dossiers.models import AnchoredHead, ClockEntry, Dossier, Event, LedgerAnchor, Slip
from dossiers.models.ledger import body_digest, genesis, link_digest
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.factories import MORNING
from tests.ledgers import unguarded

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MODELS = {"event": Event, "clock": ClockEntry}


def found() -> list[chain.Finding]:
    return [*walk.verify(walk.Report()), *anchors.verify_anchors()]


@pytest.fixture
def ledger(binh, lan, hung, service) -> list[Dossier]:
    """Three that went all the way to a result, two that are being worked on; an anchor after
    their filing, one today, and a dossier filed since."""
    made = [factories.a_filed(binh, service) for _ in range(5)]
    anchors.anchor(MORNING)
    with time_machine.travel(MORNING + HOUR):
        for dossier in made[:3]:
            pages.ask(dossier, lan)
            pages.answer(dossier, binh)
            actions.complete_additions(dossier, by=lan, at=timezone.now())
            pages.finished(dossier, lan, hung)
        for dossier in made[3:]:
            pages.processing(dossier, lan)
    anchors.anchor(MORNING + DAY)
    made.append(factories.a_filed(binh, service))
    for dossier in made:
        dossier.refresh_from_db()
    return made


@pytest.mark.both
def test_an_honest_ledger_has_nothing_to_tell(ledger):
    assert found() == []


def rows_of(dossier):
    rows = [("event", row) for row in Event.objects.filter(dossier=dossier)]
    rows += [("clock", row) for row in ClockEntry.objects.filter(dossier=dossier)]
    return sorted(rows, key=lambda pair: pair[1].seq)


def store(row):
    """Past every save() of ours."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    values = {field.attname: getattr(row, field.attname) for field in fields}
    type(row).objects.filter(pk=row.pk).update(**values)


def rechain(dossier):
    """A clever thief: every digest anew, and the head."""
    head, number = "", 0
    for number, (_, row) in enumerate(rows_of(dossier), 1):
        row.seq, row.previous_digest = number, head or genesis(dossier.public_id)
        if isinstance(row, Event):
            row.body_digest = body_digest(row.note, row.data)
        row.digest = head = link_digest(row.previous_digest, row.content())
        store(row)
    Dossier.objects.filter(pk=dossier.pk).update(chain_length=number, chain_head=head)


def anchored_from(dossier, seq):
    """The first anchored length that the change reaches."""
    heads = AnchoredHead.objects.filter(dossier=dossier, length__gte=seq).order_by("length")
    return heads.first().length


EDITS = {
    "event": {
        "at": lambda row: row.at - DAY,
        "move": lambda row: row.move + "x",
        "to_status": lambda row: (row.to_status + 1) % 11,
        "by_id": lambda row: None if row.by_id else 1,
        "actor": lambda row: "clerk" if row.actor != "clerk" else "leader",
        "note": lambda row: row.note + " thêm",
        "data": lambda row: row.data | {"recipient": "Kẻ Gian"},
        "digest": lambda row: "0" * 64,
    },
    "clock": {
        "at": lambda row: row.at - HOUR,
        "kind": lambda row: "stop" if row.kind != "stop" else "pause",
        "time": lambda row: (row.time or 0) + 1,
        "unit": lambda row: "hour" if row.unit != "hour" else "month",
        "due_at": lambda row: (row.due_at or row.at) + DAY,
        "previous_digest": lambda row: "f" * 64,
    },
}


def edit(dice, dossier, _):
    """One column of one row."""
    kind, row = dice.choice(rows_of(dossier))
    name = dice.choice(sorted(EDITS[kind]))
    setattr(row, name, EDITS[kind][name](row))
    store(row)
    return dossier, row.seq


def delete(dice, dossier, _):
    """A row from the middle."""
    _, row = dice.choice(rows_of(dossier)[:-1])
    type(row).objects.filter(pk=row.pk).delete()
    return dossier, row.seq


def reorder(dice, dossier, _):
    """Two rows change places."""
    one, two = (row for _, row in dice.sample(rows_of(dossier), 2))
    before, after = one.seq, two.seq
    one.seq, two.seq = 999, before
    store(one)
    store(two)
    one.seq = after
    store(one)
    return dossier, min(before, after)


def insert(dice, dossier, _):
    """An event that fits behind the row before it, where a clock entry stands."""
    rows = rows_of(dossier)
    at = dice.choice([row.seq for kind, row in rows if kind == "clock"])
    before = rows[at - 2][1]
    forged = Event(
        dossier=dossier, seq=at, at=before.at, move="payment", actor="cashier",
        from_status=before.to_status if isinstance(before, Event) else 1,
        to_status=1, previous_digest=before.digest, body_digest=body_digest("", {}),
    )  # fmt: skip
    forged.digest = link_digest(before.digest, forged.content())
    forged.save()
    return dossier, at


def back_date(dice, dossier, _):
    """A moment moved back, and every digest behind it made anew. Of the first row only the
    anchors know; any other falls behind the row before it."""
    _, row = dice.choice(rows_of(dossier))
    row.at -= 30 * DAY
    store(row)
    rechain(dossier)
    return dossier, row.seq if row.seq > 1 else anchored_from(dossier, row.seq)


def back_date_the_dossier(dice, dossier, _):
    column = dice.choice(
        ["submitted_at", "accepted_at", "due_at", "original_due_at", "intake_due_at"]
    )
    moment = getattr(dossier, column) - DAY
    Dossier.objects.filter(pk=dossier.pk).update(**{column: moment})
    return dossier, None


def swap(dice, dossier, other):
    """The same row of two dossiers."""
    number = dice.randint(1, 2)
    (_, mine), (_, theirs) = rows_of(dossier)[number - 1], rows_of(other)[number - 1]
    mine.dossier, theirs.dossier = other, dossier
    mine.seq, theirs.seq = 999, number
    store(mine)
    store(theirs)
    mine.seq = number
    store(mine)
    return min(dossier, other, key=lambda one: one.pk), number


def cut_tail(dice, dossier, _):
    """The last rows gone, the head written to fit."""
    rows = rows_of(dossier)
    left = dice.randint(1, len(rows) - 1)
    for _, row in rows[left:]:
        type(row).objects.filter(pk=row.pk).delete()
    rechain(dossier)
    return dossier, left + 1


TAMPERS = [
    edit, delete, reorder, insert, back_date, back_date_the_dossier, swap, cut_tail,
]  # fmt: skip


def do_harm(number, anchored):
    """(whose row is the first wrong one, its number): the same for the same `number`."""
    dice = random.Random(number)
    dossier, other = dice.sample(anchored, 2)
    return TAMPERS[number % len(TAMPERS)](dice, dossier, other)


@pytest.mark.both
def test_each_of_a_hundred_tampers_is_found_and_named(ledger):
    missed = {}
    with unguarded():
        for number in range(100):
            with transaction.atomic():
                dossier, seq = do_harm(number, ledger[:5])
                first = next(walk.verify(walk.Report()), None)
                if first is None or (first.whose, first.seq) != (dossier.code, seq):
                    missed[number] = (TAMPERS[number % len(TAMPERS)].__name__, seq, str(first))
                transaction.set_rollback(True)
    assert missed == {}


def test_twin_without_anchors_a_tail_cut_off_is_missed(ledger):
    """The thief also makes the dossier say what is left."""
    dossier = ledger[4]
    with unguarded():
        AnchoredHead.objects.all().delete()
        LedgerAnchor.objects.all().delete()
        for _, row in rows_of(dossier)[2:]:
            type(row).objects.filter(pk=row.pk).delete()
        rechain(dossier)
        Dossier.objects.filter(pk=dossier.pk).update(
            status=1, accepted_at=None, due_at=None, original_due_at=None, clock_running=False,
            queue_at=F("intake_due_at"),
        )  # fmt: skip
    assert found() == []


def test_with_them_it_is_found_though_the_dossier_agrees(ledger):
    dossier = ledger[4]
    with unguarded():
        for _, row in rows_of(dossier)[2:]:
            type(row).objects.filter(pk=row.pk).delete()
        rechain(dossier)
        Dossier.objects.filter(pk=dossier.pk).update(
            status=1, accepted_at=None, due_at=None, original_due_at=None, clock_running=False,
            queue_at=F("intake_due_at"),
        )  # fmt: skip
    (one,) = found()
    assert (one.whose, one.seq) == (dossier.code, 3) and "mất dòng" in one.what


def test_heads_taken_out_of_an_anchor_are_missed_there(ledger):
    with unguarded():
        AnchoredHead.objects.filter(dossier=ledger[2]).last().delete()
    assert [one.whose for one in found()] == ["neo 11/03/2026"]


def test_anchors_made_anew_differ_from_the_copy_kept_elsewhere(ledger, tmp_path):
    kept = io.StringIO()
    call_command("export_anchors", stdout=kept)
    copy = tmp_path / "neo.jsonl"
    copy.write_text(kept.getvalue(), encoding="utf-8")
    with unguarded():
        last = LedgerAnchor.objects.last()
        last.dossiers += 1
        last.digest = link_digest(last.previous_digest, last.content())
        last.save()
    assert (
        "neo 2026-03-11: dossiers_ledgeranchor: khác bản lưu" in verify("--anchors", str(copy))[1]
    )


def test_the_second_look_forgives_a_move_made_meanwhile(ledger, monkeypatch):
    """The dossier was read, then moved, then its rows were read."""
    read = walk._chains

    def late(after, upto, only):
        for number, one in read(after, upto, only):
            if only != [number]:
                one.dossier.chain_length -= 1
            yield number, one

    monkeypatch.setattr(walk, "_chains", late)
    assert list(walk.verify(walk.Report())) == []


# --- the command -----------------------------------------------------------------------------


def verify(*arguments):
    said, wrong = io.StringIO(), io.StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=said, stderr=wrong)
    except CommandError as failed:
        return said.getvalue(), wrong.getvalue(), str(failed)
    return said.getvalue(), wrong.getvalue(), ""


def test_the_command_names_the_first_wrong_row_and_fails(ledger):
    with unguarded():
        Event.objects.filter(dossier=ledger[1], seq=1).update(at=MORNING - DAY)
    said, wrong, failed = verify()
    assert wrong.splitlines()[0] == (
        f"Dòng sai đầu tiên: {ledger[1].code}: dossiers_event dòng 1: nội dung không khớp với dấu"
    )
    assert "1 chỗ không khớp" in failed and "6 hồ sơ" in said


def test_the_command_is_content_with_an_honest_ledger(ledger):
    said, wrong, failed = verify("--since", "2026-03-01")
    assert (wrong, failed) == ("", "") and "Sổ đúng như lúc ghi." in said


def test_the_number_of_queries_does_not_grow_with_dossiers(ledger, django_assert_num_queries):
    with django_assert_num_queries(9):  # days, numbers, six tables, one agency
        list(walk.verify(walk.Report()))


# --- one anchor a day ------------------------------------------------------------------------


def test_a_day_is_anchored_once_though_the_clock_goes_back(filed):
    first = anchors.anchor(MORNING)
    again = [
        anchors.anchor(MORNING + HOUR),
        anchors.anchor(MORNING - HOUR),
        anchors.anchor(MORNING - DAY),
    ]
    assert first and again == [None, None, None]
    assert LedgerAnchor.objects.count() == 1


def test_only_chains_that_grew_are_written_down(ledger, lan):
    actions.make_move(ledger[5], "accept", by=lan, at=MORNING + DAY)
    made = anchors.anchor(MORNING + 2 * DAY)
    assert (made.dossiers, AnchoredHead.objects.filter(day=made.day).get().dossier) == (
        1,
        ledger[5],
    )


def test_two_workers_at_once_make_one_anchor(filed, monkeypatch):
    monkeypatch.setattr(LedgerAnchor.objects, "last", lambda: None)
    assert anchors.anchor(MORNING) is not None
    assert anchors.anchor(MORNING) is None


# --- the numbers of slips --------------------------------------------------------------------


def test_slips_as_issued_have_no_gap(ledger):
    assert Slip.objects.filter(kind="mau01").count() == 5
    assert list(numbers.verify_numbers()) == []


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_slip_taken_out_is_missed_at_its_number(ledger, number):
    with unguarded():
        Slip.objects.filter(kind="mau01", number=number).delete()
    said = f"mất số {number} của “Giấy tiếp nhận hồ sơ và hẹn trả kết quả”"
    assert [(one.whose, one.what) for one in numbers.verify_numbers()] == [
        ("000.01.15.H37, năm 2026", said)
    ]
    assert said in verify()[1]


def test_all_of_a_form_taken_out_are_missed_from_the_first(ledger):
    with unguarded():
        Slip.objects.filter(kind="mau02").delete()
    (one,) = numbers.verify_numbers()
    assert one.what.startswith("mất số 1 của “Phiếu yêu cầu bổ sung")
