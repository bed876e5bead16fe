"""Writes to organisations: registered by a person, joined by invitation, left or lost."""

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts import memberships
from accounts.models import Invitation, MemberRole, Organisation, OrganisationMember, User
from accounts.models.organisation import INVITATION_LASTS, MANAGING
from portal.lib.text import nfc

# An account must not fill the table, nor send mails to the whole world.
MOST_OF_A_PERSON = 20
MOST_WAITING = 50


class OrganisationRefused(Exception):
    """A sentence for the screen."""


@transaction.atomic
def register(
    *,
    by: User,
    tax_code: str,
    name: str,
    address: str,
    representative: str = "",
    phone: str = "",
    email: str = "",
) -> Organisation:
    """A new organisation with `by` as its representative; its papers are not checked yet."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    mine = OrganisationMember.objects.filter(user=by)
    if mine.filter(organisation__tax_code=tax_code).exists():
        raise OrganisationRefused("Bạn đã là thành viên của tổ chức có mã số thuế này.")
    if mine.count() >= MOST_OF_A_PERSON:
        raise OrganisationRefused(f"Mỗi tài khoản thuộc nhiều nhất {MOST_OF_A_PERSON} tổ chức.")
    if Organisation.objects.filter(tax_code=tax_code, checked_at__isnull=False).exists():
        raise OrganisationRefused(
            "Tổ chức có mã số thuế này đã có trên cổng. Hãy nhờ người đại diện mời bạn tham gia."
        )
    made = Organisation.objects.create(
        tax_code=tax_code,
        name=nfc(name),
        address=nfc(address),
        representative=nfc(representative),
        phone=phone,
        email=email,
    )
    OrganisationMember.objects.create(organisation=made, user=by, role=MemberRole.OWNER)
    memberships.forget(by)
    return made


@transaction.atomic
def invite(
    organisation: Organisation,
    *,
    by: User,
    at: datetime,
    role: str,
    email: str = "",
    phone: str = "",
) -> Invitation:
    """Ask the person of this address; one waiting invitation an address, the newest role counts."""
    locked = _locked(organisation, by)
    _may_give(locked, by, role)
    waiting = locked.invitations.waiting(at)
    if waiting.count() >= MOST_WAITING:
        raise OrganisationRefused(f"Đang có {MOST_WAITING} lời mời chưa trả lời.")
    email = email.lower()
    waiting.filter(email=email, phone=phone).update(answered_at=at)
    made = Invitation.objects.create(
        organisation=locked,
        role=role,
        email=email,
        phone=phone,
        invited_by=by,
        invited_at=at,
        expires_at=at + INVITATION_LASTS,
    )
    if email:
        _write_to(made)
    return made


def _write_to(invitation: Invitation) -> None:
    """A row of the outbox (EMAIL_BACKEND), in the same transaction."""
    context = {"invitation": invitation, "url": settings.SITE_URL + reverse("organisations")}
    body = render_to_string("accounts/email/invitation.txt", context).strip()
    subject = f"Lời mời tham gia {invitation.organisation.name}"
    send_mail(" ".join(subject.split()), body, None, [invitation.email])


@transaction.atomic
def answer_invitation(
    invitation: Invitation, *, by: User, at: datetime, accept: bool
) -> Invitation:
    """Only who holds the invited address; an expired or withdrawn one opens nothing."""
    mine = Invitation.objects.addressed_to(by).waiting(at)
    locked = mine.select_for_update(no_key=True, of=("self",)).filter(pk=invitation.pk).first()
    if locked is None:
        raise OrganisationRefused("Lời mời này không còn hiệu lực.")
    locked.answered_at, locked.answered_by, locked.accepted = at, by, accept
    locked.save(update_fields=["answered_at", "answered_by", "accepted"])
    if accept:
        OrganisationMember.objects.get_or_create(
            organisation=locked.organisation, user=by, defaults={"role": locked.role}
        )
        memberships.forget(by)
    return locked


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: User, at: datetime) -> None:
    _locked(invitation.organisation, by)
    Invitation.objects.filter(pk=invitation.pk, answered_at=None).update(answered_at=at)


@transaction.atomic
def remove_member(member: OrganisationMember, *, by: User) -> None:
    """Out of the organisation, by a manager or by themselves; from then on its dossiers are
    closed to them. The last representative stays: somebody must be able to invite."""
    Organisation.objects.select_for_update(no_key=True).get(pk=member.organisation_id)
    row = OrganisationMember.objects.filter(pk=member.pk).first()
    if row is None:
        return
    if row.user_id != by.pk:
        _may_give(row.organisation, by, row.role)
    others = OrganisationMember.objects.filter(organisation=row.organisation_id).exclude(pk=row.pk)
    if row.role == MemberRole.OWNER and not others.filter(role=MemberRole.OWNER).exists():
        raise OrganisationRefused("Tổ chức cần ít nhất một người đại diện.")
    row.delete()
    memberships.forget(by)


def _locked(organisation: Organisation, by: User) -> Organisation:
    """The row, locked; asked anew who manages it, for the page may be older."""
    locked = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    managing = OrganisationMember.objects.filter(organisation=locked, user=by, role__in=MANAGING)
    if not managing.exists():
        raise OrganisationRefused("Chỉ người đại diện hoặc quản lý của tổ chức làm được việc này.")
    return locked


def _may_give(organisation: Organisation, by: User, role: str) -> None:
    """Managers handle members below them; representatives are named by representatives."""
    held = OrganisationMember.objects.filter(organisation=organisation, user=by).first()
    if held is None or held.role not in MANAGING:
        raise OrganisationRefused("Chỉ người đại diện hoặc quản lý của tổ chức làm được việc này.")
    if role == MemberRole.OWNER and held.role != MemberRole.OWNER:
        raise OrganisationRefused("Chỉ người đại diện mời hoặc cho người đại diện khác rời đi.")
