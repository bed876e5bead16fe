"""The one table of the floor."""

from django.db import models


class Hit(models.Model):
    """How often one key was let through in the current window of one limit (see limits.py)."""

    scope = models.CharField("Giới hạn", max_length=40)
    key_hash = models.CharField("Khóa đã băm", max_length=64)
    window_start = models.DateTimeField("Bắt đầu đếm", db_index=True)
    count = models.PositiveIntegerField("Số lần", default=1)

    class Meta:
        verbose_name = "lượt truy cập bị đếm"
        verbose_name_plural = "lượt truy cập bị đếm"
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "key_hash"],
                name="portal_lib_hit_unique",
                violation_error_message="Khóa này đã được đếm trong giới hạn này.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope}: {self.count}"
