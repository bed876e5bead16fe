"""What an administrator types to name a due date anew."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from dossiers.forms.officer import StepForm, text_field
from dossiers.models import Dossier


class ResetForm(StepForm):
    day = forms.DateField(
        label="Ngày hẹn mới",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": "Hãy chọn ngày hẹn mới.",
            "invalid": "Ngày hẹn chưa đúng. Ví dụ đúng: 25/03/2026.",
        },
    )
    time = forms.TimeField(
        label="Giờ",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={
            "required": "Hãy ghi giờ hẹn.",
            "invalid": "Giờ hẹn chưa đúng. Ví dụ đúng: 16:30.",
        },
    )
    reason = text_field(
        "Lý do", needed="Hãy ghi lý do đặt lại hạn.", lines=4, max_length=2000,
        help_text="Người nộp đọc được câu này trong quá trình xử lý.",
    )  # fmt: skip

    def first_values(self, dossier: Dossier) -> dict[str, Any]:
        """The due date as it is."""
        first = super().first_values(dossier)
        if dossier.due_at:
            due = timezone.localtime(dossier.due_at)
            first |= {"day": due.date(), "time": due.time()}
        return first

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "day" in cleaned and "time" in cleaned:
            cleaned["until"] = timezone.make_aware(
                datetime.combine(cleaned["day"], cleaned["time"])
            )
        return cleaned
