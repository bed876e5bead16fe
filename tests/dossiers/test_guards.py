"""Each guard: the sentence when it is not met, nothing when it is."""

import pytest

from accounts.models import User
from dossiers import actions, policies
from dossiers.models import CheckState, Dossier
from dossiers.workflow import MOVES
from tests import factories
from tests.factories import MORNING


def test_a_level_two_procedure_takes_no_filing(draft: Dossier) -> None:
    draft.level = 2
    assert "chưa nhận hồ sơ trực tuyến" in (policies.level_allows_filing(draft) or "")


@pytest.mark.parametrize(
    ("state", "words"),
    [(CheckState.PENDING, "đang được kiểm tra"), (CheckState.INFECTED, "mã độc")],
)
def test_accepting_waits_for_the_check_of_papers(filed: Dossier, state: str, words: str) -> None:
    filed.papers.update(state=state)
    assert words in (policies.papers_checked(filed) or "")


def test_clean_papers_may_be_accepted(filed: Dossier) -> None:
    assert policies.papers_checked(filed) is None


def test_a_fee_due_at_reception_blocks_accepting(binh: User, lan: User) -> None:
    dossier = factories.a_filed(binh, factories.a_service(factories.a_procedure(fee=8000)))
    assert policies.refusal(lan, dossier, MOVES["accept"]) == (
        "Chưa ghi nhận phí, lệ phí phải thu khi tiếp nhận."
    )


def test_a_recorded_fee_opens_accepting(binh: User, lan: User) -> None:
    dossier = factories.a_filed(binh, factories.a_service(factories.a_procedure(fee=8000)))
    paid = actions.record_payment(dossier, amount=8000, reference="BL-1", by=lan, at=MORNING)
    assert policies.refusal(lan, paid, MOVES["accept"]) is None


def test_a_fee_due_on_return_blocks_only_the_return(binh: User, lan: User) -> None:
    service = factories.a_service(factories.a_procedure(fee=8000, collected=4))
    dossier = factories.a_filed(binh, service)
    assert policies.refusal(lan, dossier, MOVES["accept"]) is None
    assert "khi trả kết quả" in (policies.return_fee_paid(dossier) or "")


def test_a_result_must_be_there_to_be_returned(filed: Dossier) -> None:
    assert policies.return_way_open(filed) == "Hồ sơ chưa có kết quả."


def test_additions_wait_for_the_citizen(filed: Dossier) -> None:
    assert policies.round_answered(filed) == "Công dân chưa gửi bổ sung."
