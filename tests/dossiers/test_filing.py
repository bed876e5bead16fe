"""T1: one dossier, one code, nothing lost."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from dossiers import actions
from dossiers.models import CheckState, Counter, Dossier
from dossiers.workflow import Status
from portal.lib.codes import lookup_secret
from procedures.levels import LevelRefused
from procedures.models import Service
from tests import factories
from tests.factories import MORNING


def test_a_filed_dossier_has_the_agencys_code_of_the_day(filed: Dossier) -> None:
    assert filed.code == "000.01.15.H37-260310-0001"


def test_codes_of_a_day_follow_each_other(binh: User, service: Service) -> None:
    codes = [factories.a_filed(binh, service).code for _ in range(3)]
    assert [code[-4:] for code in codes] == ["0001", "0002", "0003"]


def test_the_day_of_a_code_is_vietnams(draft: Dossier, binh: User) -> None:
    # 17:30 UTC on 10/03 is half past midnight on 11/03 in Hà Nội.
    at = MORNING.replace(hour=23, minute=59).astimezone().replace(microsecond=0)
    late = at + (MORNING.replace(hour=8, minute=31) - MORNING.replace(hour=8))
    assert "-260311-" in str(actions.submit(draft, by=binh, at=late).code)


def test_filing_twice_gives_one_dossier(draft: Dossier, binh: User) -> None:
    first = actions.submit(draft, by=binh, at=MORNING)
    again = actions.submit(draft, by=binh, at=MORNING)
    assert (first.pk, first.code) == (again.pk, again.code)
    assert Counter.objects.get(scope__startswith="code/").value == 1


def test_starting_twice_with_one_token_gives_one_draft(binh: User, service: Service) -> None:
    token = uuid.uuid4()
    made = {
        actions.start_draft(service=service, by=binh, at=MORNING, token=token).pk for _ in range(2)
    }
    assert len(made) == 1


def test_a_rolled_back_filing_gives_its_number_back(draft: Dossier, binh: User) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.submit(draft, by=binh, at=MORNING)
        raise RuntimeError("power cut")
    draft.refresh_from_db()
    assert str(actions.submit(draft, by=binh, at=MORNING).code).endswith("-0001")


def test_a_stranger_cannot_file_it(draft: Dossier, stranger: User) -> None:
    with pytest.raises(actions.MoveRefused):
        actions.submit(draft, by=stranger, at=MORNING)


def test_every_gap_is_named_at_once(binh: User, service: Service) -> None:
    with pytest.raises(actions.Incomplete) as error:
        actions.submit(factories.a_draft(binh, service), by=binh, at=MORNING)
    places = [gap.place for gap in error.value.missing]
    assert places == ["owner", "eform", "eform", "papers", "return"]


def test_an_infected_paper_stops_the_filing(draft: Dossier, binh: User) -> None:
    draft.papers.update(state=CheckState.INFECTED)
    with pytest.raises(actions.Incomplete, match="không dùng được"):
        actions.submit(draft, by=binh, at=MORNING)


@pytest.mark.parametrize("level", [1, 2])
def test_levels_below_three_start_no_draft(binh: User, level: int) -> None:
    service = factories.a_service(factories.a_procedure(level=level))
    with pytest.raises(LevelRefused):
        factories.a_draft(binh, service)


def test_an_unverified_account_has_at_most_three_open(stranger: User, service: Service) -> None:
    for _ in range(3):
        factories.a_filed(stranger, service)
    with pytest.raises(actions.MoveRefused, match="chưa xác thực"):
        factories.a_draft(stranger, service)


def test_the_intake_clock_is_eight_working_hours(filed: Dossier) -> None:
    # Tuesday 08:00 + 3.5 h to 11:30 + 3.5 h to 17:00 + 1 h from Wednesday 07:30.
    assert filed.intake_due_at is not None
    assert filed.intake_due_at.astimezone(factories.VN).isoformat() == "2026-03-11T08:30:00+07:00"


def test_history_begins_with_the_filing(filed: Dossier) -> None:
    assert [(e.move, e.to_status) for e in filed.events.all()] == [("submit", Status.SUBMITTED)]


def test_the_receipt_slip_waits_for_the_worker(filed: Dossier) -> None:
    slip = filed.slips.get()
    assert (slip.kind, slip.done_at, slip.data["code"]) == ("receipt", None, filed.code)


def test_the_secret_of_the_receipt_is_stored_nowhere(filed: Dossier) -> None:
    assert lookup_secret(str(filed.code)) not in str(filed.slips.get().data)


def test_bình_is_told_by_mail_and_in_his_inbox(filed: Dossier, binh: User) -> None:
    notice = binh.notices.get()
    assert notice.kind == "submitted" and str(filed.code) in notice.body


def test_the_database_refuses_a_submitted_dossier_without_code(filed: Dossier) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=filed.pk).update(code=None)


def test_the_database_refuses_a_postal_return_without_address(filed: Dossier) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=filed.pk).update(return_method="post", return_street="")


def test_three_open_at_most_also_when_five_drafts_were_begun(
    stranger: User, service: Service
) -> None:
    drafts = [factories.a_full_draft(stranger, service) for _ in range(4)]
    for draft in drafts[:3]:
        actions.submit(draft, by=stranger, at=MORNING)
    with pytest.raises(actions.MoveRefused, match="chưa xác thực"):
        actions.submit(drafts[3], by=stranger, at=MORNING)


@pytest.mark.parametrize("change", [{"active": False}, {"level": 2}])
def test_a_service_closed_meanwhile_takes_no_filing(
    draft: Dossier, binh: User, service: Service, change: dict[str, object]
) -> None:
    Service.objects.filter(pk=service.pk).update(**change)
    with pytest.raises(actions.MoveRefused, match="không nhận"):
        actions.submit(Dossier.objects.get(pk=draft.pk), by=binh, at=MORNING)


def test_a_draft_of_an_old_version_is_not_filed(draft: Dossier, binh: User) -> None:
    draft.procedure.current = None
    draft.procedure.save()
    with pytest.raises(actions.MoveRefused, match="phiên bản mới"):
        actions.submit(Dossier.objects.get(pk=draft.pk), by=binh, at=MORNING)


def test_a_draft_with_a_replaced_file_can_be_thrown_away(draft: Dossier, binh: User) -> None:
    old = draft.papers.get()
    actions.attach_paper(
        draft,
        upload=factories.an_upload(),
        requirement=old.requirement,
        replaces=old,
        by=binh,
        at=MORNING,
    )
    actions.discard_draft(draft, by=binh, at=MORNING)
    assert not Dossier.objects.filter(pk=draft.pk).exists()
