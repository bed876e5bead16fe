from django.db import connection, models

# One statement that counts, locks the row and tells: putting it together from expressions, and
# asking for the value after, took longer than all of it.
_TAKE = """INSERT INTO {table} AS mine (scope, period, value) VALUES (%s, %s, 1)
ON CONFLICT (scope, period) DO UPDATE SET value = mine.value + 1 RETURNING value"""


class CounterQuerySet(models.QuerySet["Counter"]):
    def take(self, scope: str, period: str) -> int:
        """The next number of (scope, period), gap-free: the row stays locked until the
        caller's transaction ends, so call it as late as can be."""
        if not connection.in_atomic_block:
            raise RuntimeError("Counter.take needs the caller's transaction.")
        with connection.cursor() as cursor:
            cursor.execute(_TAKE.format(table=Counter._meta.db_table), [scope, period])
            return int(cursor.fetchone()[0])


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
