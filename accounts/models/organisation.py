from django.conf import settings
from django.db import models


class Organisation(models.Model):
    """A firm, household business or body that owns dossiers; known by its tax code (MST)."""

    tax_code = models.CharField("Mã số thuế", max_length=14, unique=True)
    name = models.CharField("Tên tổ chức", max_length=250)
    address = models.CharField("Địa chỉ", max_length=250, blank=True)
    representative = models.CharField("Người đại diện theo pháp luật", max_length=150, blank=True)
    phone = models.CharField("Số điện thoại", max_length=16, blank=True)
    email = models.EmailField("Thư điện tử", blank=True)
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

    def __str__(self) -> str:
        return self.name


class MemberRole(models.TextChoices):
    REPRESENTATIVE = "representative", "Người đại diện"
    FILER = "filer", "Người được giao nộp hồ sơ"


class OrganisationMember(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE, verbose_name="Tổ chức")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="Người dùng")
    role = models.CharField("Vai trò", max_length=16, choices=MemberRole.choices)

    class Meta:
        verbose_name = "thành viên tổ chức"
        verbose_name_plural = "thành viên tổ chức"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                name="organisation_member_once",
                violation_error_message="Người này đã là thành viên của tổ chức.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"
