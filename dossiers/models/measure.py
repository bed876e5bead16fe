from django.db import models

from procedures.models import Procedure


class ProcedureMeasure(models.Model):
    """How long a procedure really took lately (dossiers.measures), counted anew by beat: a page
    reads one row instead of a quarter's dossiers."""

    procedure = models.OneToOneField(
        Procedure, models.CASCADE, primary_key=True, related_name="+", verbose_name="Thủ tục"
    )
    dossiers = models.PositiveIntegerField("Số hồ sơ")
    median_days = models.PositiveSmallIntegerField("Trung vị (ngày làm việc)")
    most_days = models.PositiveSmallIntegerField("9 trong 10 hồ sơ (ngày làm việc)")
    measured_at = models.DateTimeField("Đo lúc")

    class Meta:
        verbose_name = "thời gian giải quyết thực tế"
        verbose_name_plural = "thời gian giải quyết thực tế"

    def __str__(self) -> str:
        return f"{self.procedure}: {self.median_days}"
