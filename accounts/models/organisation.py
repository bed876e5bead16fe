from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import Q

INVITATION_LASTS = timedelta(days=14)


class Organisation(models.Model):
    """A firm, household business or body that owns dossiers; known by its tax code (MST).

    As with people, what somebody typed proves nothing: the code is unique only among those
    whose papers an office has seen (`checked_at`), so nobody can occupy another's.
    """

    tax_code = models.CharField("Mã số thuế", max_length=14, db_index=True)
    name = models.CharField("Tên tổ chức", max_length=250)
    address = models.CharField("Địa chỉ", max_length=250, blank=True)
    representative = models.CharField("Người đại diện theo pháp luật", max_length=150, blank=True)
    phone = models.CharField("Số điện thoại", max_length=16, blank=True)
    email = models.EmailField("Thư điện tử", blank=True)
    checked_at = models.DateTimeField("Đã đối chiếu giấy tờ lúc", null=True, blank=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="OrganisationMember",
        related_name="organisations",
        verbose_name="Thành viên",
    )

    class Meta:
        verbose_name = "tổ chức"
        verbose_name_plural = "tổ chức"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["tax_code"],
                condition=Q(checked_at__isnull=False),
                name="organisation_checked_tax_code",
                violation_error_message="Mã số thuế này đã thuộc về một tổ chức khác.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class MemberRole(models.TextChoices):
    OWNER = "owner", "Người đại diện"
    MANAGER = "manager", "Quản lý thành viên"
    FILER = "filer", "Nộp hồ sơ"
    VIEWER = "viewer", "Chỉ theo dõi"


MANAGING = (MemberRole.OWNER, MemberRole.MANAGER)
FILING = (MemberRole.OWNER, MemberRole.MANAGER, MemberRole.FILER)


class OrganisationMember(models.Model):
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships", verbose_name="Tổ chức"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="memberships",
        verbose_name="Người dùng",
    )
    role = models.CharField("Vai trò", max_length=16, choices=MemberRole.choices)

    class Meta:
        verbose_name = "thành viên tổ chức"
        verbose_name_plural = "thành viên tổ chức"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                name="organisation_member_once",
                violation_error_message="Người này đã là thành viên của tổ chức.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=MemberRole.values),
                name="organisation_member_role_known",
                violation_error_message="Vai trò không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self, now: datetime) -> "InvitationQuerySet":
        return self.filter(answered_at=None, expires_at__gt=now)

    def addressed_to(self, user: Any) -> "InvitationQuerySet":
        """By an address that is proven to be the person's: typing another's phone into the
        profile must not open another's organisation."""
        proven = EmailAddress.objects.filter(user=user, verified=True).values("email")
        mine = Q(email__in=proven)
        if user.phone and (user.phone_verified or user.auth_level):
            mine |= Q(phone=user.phone)
        return self.filter(mine)


class Invitation(models.Model):
    """Somebody is asked to join; nothing happens until they say yes themselves."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="invitations", verbose_name="Tổ chức"
    )
    role = models.CharField("Vai trò", max_length=16, choices=MemberRole.choices)
    email = models.EmailField("Thư điện tử", blank=True)
    phone = models.CharField("Số điện thoại", max_length=16, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="Người mời"
    )
    invited_at = models.DateTimeField("Mời lúc")
    expires_at = models.DateTimeField("Hết hạn lúc")
    answered_at = models.DateTimeField("Trả lời lúc", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Người trả lời",
    )
    accepted = models.BooleanField("Đồng ý", default=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "lời mời"
        verbose_name_plural = "lời mời"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["email"], name="invitation_email"),
            models.Index(fields=["phone"], name="invitation_phone"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(~Q(email="") & Q(phone="")) | (Q(email="") & ~Q(phone="")),
                name="invitation_one_address",
                violation_error_message="Lời mời gửi tới một thư điện tử hoặc một số điện thoại.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=MemberRole.values),
                name="invitation_role_known",
                violation_error_message="Vai trò không có trong danh sách.",
            ),
            models.CheckConstraint(
                condition=Q(accepted=False)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="invitation_accepted_by_somebody",
                violation_error_message="Lời mời được nhận phải có người nhận.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email or self.phone} – {self.organisation}"
