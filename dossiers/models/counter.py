from django.db import models, transaction


class CounterQuerySet(models.QuerySet["Counter"]):
    def take(self, scope: str, period: str) -> int:
        """The next number of (scope, period), gap-free: the row stays locked until the
        caller's transaction ends, so call it as late as can be."""
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("Counter.take needs the caller's transaction.")
        updated = self.filter(scope=scope, period=period).update(value=models.F("value") + 1)
        if not updated:
            # Two first callers of the day: the loser's insert is ignored, both then count.
            self.bulk_create([self.model(scope=scope, period=period)], ignore_conflicts=True)
            self.filter(scope=scope, period=period).update(value=models.F("value") + 1)
        return self.values_list("value", flat=True).get(scope=scope, period=period)


class Counter(models.Model):
    """Numbers of codes, slips and sheets, per scope and period; never given back."""

    scope = models.CharField("Phạm vi", max_length=80)
    period = models.CharField("Kỳ", max_length=10)
    value = models.PositiveIntegerField("Số cuối", default=0)

    objects = CounterQuerySet.as_manager()

    class Meta:
        verbose_name = "bộ đếm"
        verbose_name_plural = "bộ đếm"
        constraints = [models.UniqueConstraint(fields=["scope", "period"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.period}: {self.value}"
