"""What benchmarks/flow.py walks: the wizard as it asks, and the bare side's equal work for it."""

from collections import Counter as Tally

import pytest
from django.utils import timezone

from accounts.models import Agency
from benchmarks import end_to_end, filing, flow, load, walk, walk_form
from benchmarks.bare import settings as bare
from benchmarks.bare import views
from dossiers.models import Dossier
from dossiers.sections import parts_of
from dossiers.workflow import Status
from procedures.importing import import_records, read_folder
from procedures.models import Procedure
from tests import factories
from tests.house.test_bench_bare import client_of, counted, filled, stored

PAGES = ["nop", "to-khai/ban_than", "to-khai/gia_dinh", "giay-to", "kiem-tra"]


class Through:
    """A test client that is asked as load.Connection is."""

    def __init__(self, user):
        self.client, self.location = client_of(user), ""

    def ask(self, request):
        head, _, body = request.partition(b"\r\n\r\n")
        first, *rest = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in rest)
        method, path, _ = first.split()
        kind = headers.get("Content-Type", "")
        answer = self.client.generic(method, path, body, content_type=kind)
        self.location = answer.headers.get("Location", "")
        return answer.status_code, answer.content


@pytest.fixture
def asks_all(db):
    """At Lan's desk, a procedure with the declaration of the benchmark and one paper."""
    return factories.a_service(factories.a_procedure(eform=walk_form.FORM))


@pytest.fixture
def plan(asks_all):
    return walk.plan_of(asks_all)


def newcomer():
    (someone,) = filing.newcomers(1)
    return someone


def walked(plan):
    return walk.Walk(Through(newcomer()), {}, plan).go()


def dossier_of(walk):
    return Dossier.objects.get(public_id=walk.public_id)


def test_the_declaration_is_two_pages_of_ten_answers():
    pages = [part.sections for part in parts_of(walk_form.FORM, walk_form.ANSWERS)]
    assert pages == [("ban_than",), ("gia_dinh",)]
    assert [len(section["fields"]) for section in walk_form.FORM["sections"]] == [10, 10]


def test_the_procedure_of_the_demo_can_be_filed_this_way(lan):
    """Its record as the demo has it; a walk needs one case and one required paper."""
    record = [one for one in read_folder() if one.code == walk_form.PROCEDURE]
    import_records(record, by=None, at=timezone.now())
    procedure = Procedure.objects.get(code=walk_form.PROCEDURE)
    factories.a_service(procedure)
    plan = walk.plan_of(walk_form.a_service())
    assert dossier_of(walked(plan)).status == Status.SUBMITTED


def test_a_walk_goes_over_every_page_once(plan):
    calls = walked(plan).calls
    assert [call.place for call in calls if call.method == "POST"] == PAGES
    assert Tally(call.place for call in calls if call.status == 200) == Tally(PAGES)


def test_a_walk_files_all_it_answered(plan):
    dossier = dossier_of(walked(plan))
    assert dossier.status == Status.SUBMITTED
    assert dossier.answers == walk_form.ANSWERS
    assert abs(dossier.papers.get().size - walk.PAPER_BYTES) < 5000


@pytest.mark.parametrize("page", ["to-khai/gia_dinh", "kiem-tra"])
def test_a_page_nobody_planned_ends_the_run(plan, page):
    del plan.typed[page]
    with pytest.raises(load.LoadFailed, match=page):
        walked(plan)


def test_an_answer_that_is_not_taken_ends_the_run(plan):
    plan.typed["to-khai/ban_than"]["ngay_sinh"] = ["mai"]
    with pytest.raises(load.LoadFailed, match="ban_than is not taken"):
        walked(plan)


@pytest.fixture
def both(settings, asks_all, plan, tmp_path, monkeypatch):
    """New rows and files of a walk of ours and of the bare side's, and the two dossiers."""
    settings.VAR_DIR = tmp_path
    recorded = walked(plan)  # the first of the day opens the counter
    monkeypatch.setenv("BARE_SAMPLE", "")  # put back what `keep` sets
    flow.keep(asks_all, recorded)
    views.sample.cache_clear()
    found = []
    for bare_side in (False, True):
        if bare_side:
            settings.ROOT_URLCONF, settings.TEMPLATES = bare.ROOT_URLCONF, bare.TEMPLATES
        through = Through(newcomer())
        rows, sizes = counted(), stored(settings.PRIVATE_ROOT)
        if bare_side:
            public_id = walk.repeat(through, {}, recorded.calls)
        else:
            public_id = walk.Walk(through, {}, plan).go().public_id
        new = counted() - rows, stored(settings.PRIVATE_ROOT) - sizes
        found.append((*new, Dossier.objects.get(public_id=public_id)))
    return found


def test_the_bare_walk_writes_as_many_rows(both):
    (ours, _, _), (bare, _, _) = both
    counts = {name: ours[name] for name in ours if name != "portal_lib.Hit"}  # limits
    assert dict(bare) == counts and counts["dossiers.Dossier"] == 1


def test_the_bare_walk_writes_the_same_columns(both):
    (_, _, ours), (_, _, bare) = both
    assert filled(bare) == filled(ours)


def test_the_bare_walk_keeps_the_answers(both):
    assert walk_form.ANSWERS.keys() <= both[1][2].answers.keys()


def test_the_bare_walk_stores_the_same_bytes(both):
    assert both[0][1] == both[1][1] and sum(both[0][1].values()) == 1


def test_other_bytes_from_the_bare_side_end_the_run(both, monkeypatch, plan):
    short = views.sample() | {"walk": [c | {"answer": b"-"} for c in views.sample()["walk"]]}
    monkeypatch.setattr(views, "sample", lambda: short)
    call = walk.Call("GET", "nop", "", b"", 200, b"longer")
    with pytest.raises(load.LoadFailed, match="1 bytes"):
        walk.repeat(Through(newcomer()), {}, [call])


def test_a_filing_whose_receipt_is_not_made_ends_the_run(plan, lan):
    assert Agency.objects.filter(positions__user=lan).exists()
    with pytest.raises(load.LoadFailed, match="1 in the queue, 1 told, 0 receipts"):
        end_to_end.look_complete([walked(plan).public_id])


def test_a_dossier_that_was_not_filed_ends_the_run(draft):
    with pytest.raises(load.LoadFailed, match="0 filed"):
        flow.look_filed([draft.public_id])
