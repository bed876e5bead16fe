from django.db import models


class Province(models.Model):
    """One of the 34 provinces since 01/07/2025; codes as in QĐ 19/2025/QĐ-TTg."""

    code = models.CharField("Mã", max_length=2, primary_key=True)
    name = models.CharField("Tên", max_length=100)
    full_name = models.CharField("Tên đầy đủ", max_length=100)
    valid_from = models.DateField("Có hiệu lực từ")
    valid_to = models.DateField("Hết hiệu lực", null=True, blank=True)

    class Meta:
        verbose_name = "tỉnh, thành phố"
        verbose_name_plural = "tỉnh, thành phố"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.full_name


class Ward(models.Model):
    """A commune, ward or special zone: the only level under the province since 01/07/2025."""

    code = models.CharField("Mã", max_length=5, primary_key=True)
    province = models.ForeignKey(Province, models.PROTECT, verbose_name="Tỉnh, thành phố")
    name = models.CharField("Tên", max_length=100)
    full_name = models.CharField("Tên đầy đủ", max_length=100)
    valid_from = models.DateField("Có hiệu lực từ")
    valid_to = models.DateField("Hết hiệu lực", null=True, blank=True)

    class Meta:
        verbose_name = "xã, phường, đặc khu"
        verbose_name_plural = "xã, phường, đặc khu"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.full_name
