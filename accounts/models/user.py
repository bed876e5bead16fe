from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.lib.text import nfc


class AuthLevel(models.IntegerChoices):
    """How sure we are who the person is."""

    SELF_DECLARED = 0, "Tự khai"
    DESK = 1, "Đã đối chiếu tại quầy"
    VNEID = 2, "VNeID mức độ 2"


class Sex(models.TextChoices):
    MALE = "male", "Nam"
    FEMALE = "female", "Nữ"


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, *, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        user = self.model(email=self.normalize_email(email) or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        fields |= {"is_staff": True, "is_superuser": True}
        fields.setdefault("full_name", "Quản trị hệ thống")
        return self.create_user(email=email, password=password, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person: citizen or officer. Signs in by e-mail or phone and a password.

    `citizen_id` is what the person says until `auth_level` is 1 or more; only
    then is it unique and may it fill forms or find earlier papers.
    """

    email = models.EmailField("Thư điện tử", unique=True, null=True, blank=True)
    phone = models.CharField("Số điện thoại", max_length=16, unique=True, null=True, blank=True)
    phone_verified = models.BooleanField("Đã xác minh điện thoại", default=False)
    full_name = models.CharField("Họ và tên", max_length=150)
    citizen_id = models.CharField("Số định danh cá nhân", max_length=12, blank=True)
    birth_date = models.DateField("Ngày sinh", null=True, blank=True)
    sex = models.CharField("Giới tính", max_length=6, choices=Sex.choices, blank=True)
    ward = models.ForeignKey(
        "accounts.Ward", models.PROTECT, null=True, blank=True, verbose_name="Xã, phường"
    )
    street = models.CharField("Số nhà, đường, thôn", max_length=200, blank=True)
    auth_level = models.PositiveSmallIntegerField(
        "Mức xác thực", choices=AuthLevel.choices, default=AuthLevel.SELF_DECLARED
    )
    is_active = models.BooleanField("Đang hoạt động", default=True)
    is_staff = models.BooleanField("Được vào trang quản trị", default=False)
    date_joined = models.DateTimeField("Ngày tạo", default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"
        constraints = [
            models.UniqueConstraint(
                fields=["citizen_id"],
                condition=Q(auth_level__gte=1) & ~Q(citizen_id=""),
                name="user_verified_citizen_id",
                violation_error_message="Số định danh này đã thuộc về một tài khoản khác.",
            ),
            models.CheckConstraint(
                condition=Q(auth_level=0) | ~Q(citizen_id=""),
                name="user_verified_has_citizen_id",
                violation_error_message="Tài khoản đã xác thực phải có số định danh.",
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=False) | Q(phone__isnull=False),
                name="user_has_email_or_phone",
                violation_error_message="Cần thư điện tử hoặc số điện thoại.",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def clean(self) -> None:
        super().clean()
        self.full_name = nfc(self.full_name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Two people without an e-mail are no duplicates: allauth leaves "" where nothing is.
        self.email, self.phone = self.email or None, self.phone or None
        super().save(*args, **kwargs)

    # A Mac types "ậ" as two characters and more, Windows as one: the same password both times
    # (NIST SP 800-63B 3.1.1.2 asks for a normal form before hashing).
    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password and nfc(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(raw_password and nfc(raw_password))

    @property
    def checked_fields(self) -> tuple[str, ...]:
        """What was compared with the identity card; the person cannot change it any more."""
        names = ("full_name", "birth_date", "sex", "citizen_id")
        return tuple(name for name in names if self.auth_level and getattr(self, name))

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        """The given name: Vietnamese write it last."""
        return self.full_name.split()[-1] if self.full_name else ""

    @property
    def address(self) -> str:
        """Street, ward and province on one line; empty when nothing is known."""
        parts = [self.street]
        if self.ward:
            parts += [self.ward.full_name, self.ward.province.full_name]
        return ", ".join(part for part in parts if part)
