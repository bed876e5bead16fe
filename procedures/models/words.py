"""Words people use for what the catalogue calls otherwise, and searches that found nothing."""

from django.core.exceptions import ValidationError
from django.db import models

from portal.lib.text import fold

MOST_WORDS = 4
MOST_MEANING = 8


class SynonymQuerySet(models.QuerySet["Synonym"]):
    def mentioning(self, folded: str) -> "SynonymQuerySet":
        return self.filter(
            models.Q(words_fold__contains=folded) | models.Q(means_fold__contains=folded)
        )


class Synonym(models.Model):
    """Whoever types `words` also finds what says `means`; not the other way round. Single
    terms, not whole questions: those belong in a procedure's own keywords."""

    words = models.CharField("Người dân gõ", max_length=60)
    means = models.CharField("Danh mục gọi là", max_length=120)
    words_fold = models.CharField(max_length=60, editable=False)
    means_fold = models.CharField(max_length=120, editable=False)

    objects = SynonymQuerySet.as_manager()

    class Meta:
        verbose_name = "từ đồng nghĩa"
        verbose_name_plural = "từ đồng nghĩa"
        ordering = ["words_fold", "means_fold", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["words", "means"],
                name="synonym_once",
                violation_error_message="Cặp từ này đã có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.words} → {self.means}"

    def clean(self) -> None:
        self.words_fold, self.means_fold = fold(self.words), fold(self.means)
        if len(self.words_fold.split()) > MOST_WORDS:
            raise ValidationError(
                {"words": f"Chỉ ghi một từ hoặc cụm từ ngắn, tối đa {MOST_WORDS} tiếng."}
            )
        if len(self.means_fold.split()) > MOST_MEANING:
            raise ValidationError({"means": f"Tối đa {MOST_MEANING} tiếng."})
        if self.words_fold and self.words_fold == self.means_fold and self.words == self.means:
            raise ValidationError({"means": "Hai bên đang giống nhau."})

    def save(self, *args: object, **kwargs: object) -> None:
        self.words_fold, self.means_fold = fold(self.words), fold(self.means)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class SearchMiss(models.Model):
    """What was looked for on a day and not found, without anything that names a person."""

    phrase = models.CharField("Cụm từ", max_length=80)
    day = models.DateField("Ngày")
    count = models.PositiveIntegerField("Số lần", default=1)

    class Meta:
        verbose_name = "lượt tìm không ra"
        verbose_name_plural = "lượt tìm không ra"
        ordering = ["-day", "-count", "phrase"]
        constraints = [
            models.UniqueConstraint(fields=["phrase", "day"], name="search_miss_once"),
        ]

    def __str__(self) -> str:
        return f"{self.phrase} ({self.day})"
