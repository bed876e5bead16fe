from django.db import models
from django.utils import timezone


class CatalogueChange(models.Model):
    """Something that public pages show was changed. A row for each time, not a number that is
    counted up: writers of different procedures never wait for one another."""

    at = models.DateTimeField("Lúc", default=timezone.now)

    class Meta:
        verbose_name = "thay đổi của danh mục"
        verbose_name_plural = "thay đổi của danh mục"

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M:%S}"
