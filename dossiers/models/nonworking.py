from django.db import models


class DayKind(models.TextChoices):
    OFF = "off", "Ngày nghỉ"
    MAKEUP = "work", "Ngày làm bù"


class NonWorkingDay(models.Model):
    """A public holiday, a substitute day off, or a weekend day worked in exchange.

    Seeded from the `holidays` package; the yearly official notice may differ, so the
    table is edited in the admin.
    """

    date = models.DateField("Ngày", unique=True)
    kind = models.CharField("Loại", max_length=4, choices=DayKind.choices)
    name = models.CharField("Tên", max_length=120)

    class Meta:
        verbose_name = "ngày nghỉ, ngày làm bù"
        verbose_name_plural = "ngày nghỉ, ngày làm bù"
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=DayKind.values),
                name="nonworkingday_kind_known",
                violation_error_message="Loại ngày không có trong danh sách.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.name}"
