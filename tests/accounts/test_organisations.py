"""Firms and their members: who invites whom, who is in, what a stranger cannot do."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import organisations
from accounts.models import Invitation, Organisation, OrganisationMember, User
from accounts.organisation_forms import OrganisationForm
from accounts.organisations import OrganisationRefused
from notices.models import Notice
from tests.factories import MORNING, a_firm, a_person

GIVEN = {"name": "Công ty Nam Quan", "address": "Đồng Đăng", "phone": "0205 3 810 001"}


@pytest.fixture
def firm(binh: User) -> Organisation:
    return a_firm(binh)


@pytest.fixture
def hoa(db: None) -> User:
    hoa = a_person("Trần Thị Hoa", "hoa@example.vn")
    EmailAddress.objects.create(user=hoa, email="hoa@example.vn", verified=True)
    return hoa


def asked(firm: Organisation, by: User, **fields: Any) -> Invitation:
    fields = {"email": "hoa@example.vn", "role": "filer", "at": MORNING} | fields
    return organisations.invite(firm, by=by, **fields)


# domain.md §7.2: numbers that exist; the last is a household's, its owner's citizen number.
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0100233488", "0100233488"),
        ("0314409058-002", "0314409058-002"),
        ("020 090 000 123", "020090000123"),
    ],
)
def test_a_tax_code_is_kept_in_one_shape(typed: str, kept: str) -> None:
    form = OrganisationForm(GIVEN | {"tax_code": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["tax_code"] == kept


@pytest.mark.parametrize("typed", ["0100233489", "123", "999999999999", "０１００２３３４８８x"])
def test_a_wrong_tax_code_is_named(typed: str) -> None:
    assert "tax_code" in OrganisationForm(GIVEN | {"tax_code": typed}).errors


def test_who_registers_is_its_representative(binh: User, client: Client) -> None:
    client.force_login(binh)
    client.post(reverse("organisation-new"), GIVEN | {"tax_code": "0100233488"})
    member = OrganisationMember.objects.get(user=binh)
    assert (member.role, member.organisation.phone) == ("owner", "02053810001")


def test_a_typed_code_occupies_nothing(firm: Organisation, stranger: User) -> None:
    again = organisations.register(by=stranger, tax_code=firm.tax_code, name="Giả", address="x")
    assert again.pk != firm.pk


def test_a_checked_code_is_taken(firm: Organisation, stranger: User) -> None:
    Organisation.objects.filter(pk=firm.pk).update(checked_at=MORNING)
    with pytest.raises(OrganisationRefused, match="mời bạn tham gia"):
        organisations.register(by=stranger, tax_code=firm.tax_code, name="Giả", address="x")


def test_the_invited_gets_a_mail_and_is_in_only_after_yes(
    firm: Organisation, binh: User, hoa: User, client: Client
) -> None:
    invitation = asked(firm, binh, at=timezone.now())
    assert "Nguyễn Văn Bình mời bạn" in Notice.objects.get(to_address="hoa@example.vn").body
    assert not firm.memberships.filter(user=hoa).exists()
    client.force_login(hoa)
    assert "Đồng ý tham gia" in client.get(reverse("organisations")).text
    client.post(reverse("invitation-answer", args=[invitation.pk]), {"viec": "dong-y"})
    assert firm.memberships.get(user=hoa).role == "filer"


def test_an_address_that_is_only_claimed_opens_nothing(
    firm: Organisation, binh: User, stranger: User, client: Client
) -> None:
    invitation = asked(firm, binh, at=timezone.now())
    EmailAddress.objects.create(user=stranger, email="hoa@example.vn", verified=False)
    client.force_login(stranger)
    path = reverse("invitation-answer", args=[invitation.pk])
    assert client.post(path, {"viec": "dong-y"}).status_code == 404


def test_a_phone_typed_by_an_unchecked_account_opens_nothing(
    firm: Organisation, binh: User, stranger: User
) -> None:
    invitation = asked(firm, binh, email="", phone="0987654321")
    stranger.phone = "0987654321"
    stranger.save()
    with pytest.raises(OrganisationRefused):
        organisations.answer_invitation(invitation, by=stranger, at=MORNING, accept=True)


def test_without_the_proof_of_the_address_a_stranger_is_in(
    firm: Organisation, binh: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the two above."""
    invitation = asked(firm, binh, email="", phone="0987654321")
    everybody = type(Invitation.objects.all())
    monkeypatch.setattr(everybody, "addressed_to", lambda self, user: self)
    organisations.answer_invitation(invitation, by=stranger, at=MORNING, accept=True)
    assert firm.memberships.filter(user=stranger).exists()


def test_an_old_invitation_is_over(firm: Organisation, binh: User, hoa: User) -> None:
    invitation, late = asked(firm, binh), MORNING + timedelta(days=15)
    with pytest.raises(OrganisationRefused, match="không còn hiệu lực"):
        organisations.answer_invitation(invitation, by=hoa, at=late, accept=True)


@pytest.mark.parametrize("role", ["filer", "viewer"])
def test_only_managers_invite(firm: Organisation, hoa: User, role: str) -> None:
    OrganisationMember.objects.create(organisation=firm, user=hoa, role=role)
    with pytest.raises(OrganisationRefused, match="Chỉ người đại diện hoặc quản lý"):
        asked(firm, hoa, email="khac@example.vn")


def test_a_manager_names_no_representative(firm: Organisation, hoa: User) -> None:
    OrganisationMember.objects.create(organisation=firm, user=hoa, role="manager")
    with pytest.raises(OrganisationRefused, match="Chỉ người đại diện mời"):
        asked(firm, hoa, email="khac@example.vn", role="owner")


def test_a_manager_removes_no_representative(firm: Organisation, binh: User, hoa: User) -> None:
    OrganisationMember.objects.create(organisation=firm, user=hoa, role="manager")
    with pytest.raises(OrganisationRefused):
        organisations.remove_member(firm.memberships.get(user=binh), by=hoa)


def test_the_last_representative_stays(firm: Organisation, binh: User) -> None:
    with pytest.raises(OrganisationRefused, match="ít nhất một người đại diện"):
        organisations.remove_member(firm.memberships.get(user=binh), by=binh)


def test_a_strangers_look_finds_nothing(firm: Organisation, stranger: User, client: Client) -> None:
    client.force_login(stranger)
    assert client.get(reverse("organisation", args=[firm.pk])).status_code == 404
    member = firm.memberships.get()
    assert client.post(reverse("member-remove", args=[member.pk])).status_code == 404
    assert firm.memberships.count() == 1
