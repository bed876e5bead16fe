"""Fees: what is known is asked for, what depends is said by the officer with a reason."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from dossiers import actions, policies
from dossiers.models import Dossier
from dossiers.workflow import MOVES
from procedures.models import Fee, Procedure
from tests import factories
from tests.factories import MORNING


@pytest.fixture
def plates(db: None) -> Procedure:
    """Two kinds of which one applies, as for number plates."""
    procedure = factories.a_procedure(fee=150_000)
    channel = procedure.current.channels.get()
    Fee.objects.create(channel=channel, name="Ô tô", kind="le_phi", amount=500_000)
    return procedure


@pytest.fixture
def unsure(plates: Procedure, binh: User) -> Dossier:
    return factories.a_filed(binh, factories.a_service(plates))


def assess(dossier: Dossier, by: User, **changes: object) -> Dossier:
    said = {"at_reception": 150_000, "at_return": 0, "reason": "Xe mô tô, một biển."}
    return actions.assess_fees(dossier, by=by, at=MORNING, **said | changes)


def test_kinds_are_never_added_up(unsure: Dossier) -> None:
    assert (unsure.fees_assessed, unsure.fee_total) == (False, 0)


def test_accepting_waits_until_the_kind_is_said(unsure: Dossier, lan: User) -> None:
    assert "Chưa xác định" in (policies.refusal(lan, unsure, MOVES["accept"]) or "")


def test_lan_says_which_kind_applies(unsure: Dossier, lan: User) -> None:
    assert assess(unsure, lan).fee_at_reception == 150_000


def test_an_exemption_is_a_sum_of_nothing_with_a_reason(unsure: Dossier, lan: User) -> None:
    free = assess(unsure, lan, at_reception=0, reason="Hộ nghèo, được miễn.")
    assert policies.refusal(lan, free, MOVES["accept"]) is None


def test_a_reason_is_needed(unsure: Dossier, lan: User) -> None:
    with pytest.raises(actions.DossierError, match="căn cứ"):
        assess(unsure, lan, reason="miễn")


def test_never_below_what_was_paid(unsure: Dossier, lan: User) -> None:
    dossier = assess(unsure, lan)
    actions.record_payment(dossier, amount=150_000, reference="BL-1", by=lan, at=MORNING)
    with pytest.raises(actions.DossierError, match="đã thu"):
        assess(dossier, lan, at_reception=0)


def test_a_citizen_cannot_lower_his_own_fee(unsure: Dossier, binh: User) -> None:
    with pytest.raises(actions.MoveRefused):
        assess(unsure, binh, at_reception=0)


def test_one_receipt_number_is_one_sum(unsure: Dossier, lan: User) -> None:
    dossier = assess(unsure, lan)
    actions.record_payment(dossier, amount=100_000, reference="BL-1", by=lan, at=MORNING)
    with pytest.raises(actions.DossierError, match="số tiền khác"):
        actions.record_payment(dossier, amount=50_000, reference="BL-1", by=lan, at=MORNING)


def test_the_form_takes_sums_as_they_are_written(
    unsure: Dossier, lan: User, client: Client
) -> None:
    client.force_login(lan)
    typed = {"at_reception": "150.000", "at_return": "0", "reason": "Xe mô tô, một biển."}
    client.post(reverse("officer-fees", args=[unsure.public_id]), typed)
    unsure.refresh_from_db()
    assert unsure.fee_at_reception == 150_000


def test_a_wrong_sum_is_a_sentence_and_keeps_the_reason(
    unsure: Dossier, lan: User, client: Client
) -> None:
    client.force_login(lan)
    typed = {"at_reception": "nhiều", "at_return": "-5", "reason": "Xe mô tô."}
    page = client.post(reverse("officer-fees", args=[unsure.public_id]), typed).text
    assert "bằng chữ số" in page and "không được âm" in page and "Xe mô tô." in page
