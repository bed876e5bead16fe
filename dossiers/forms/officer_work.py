"""What officers type when they pass a step on or draft what a leader consents to."""

from datetime import time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Agency, User
from dossiers import process
from dossiers.actions import runs
from dossiers.forms.officer import NewDueForm, StepForm, text_field
from dossiers.models import Dossier


def _person_field(label: str, *, needed: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=bool(needed),
        widget=forms.Select(),
        error_messages={
            "required": needed,
            "invalid_choice": "Người này không còn giữ vai đó; hãy chọn lại.",
        },
    )


class _ToSomebody(StepForm):
    """Offers the people of one role at one agency in the field `to`; `nobody` is the first line."""

    gives = ("to", "note")
    nobody = "Chọn người nhận"
    people: dict[str, User]

    def offer(self, role: str, agency: Agency, *, but: int | None = None) -> None:
        found = process.colleagues(self.dossier, role, agency, timezone.localdate())
        self.people = {str(user.pk): user for user in found if user.pk != but}
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        named = [(key, user.full_name) for key, user in self.people.items()]
        field.choices = [("", self.nobody), *named]

    def clean_to(self) -> User | None:
        return self.people.get(self.cleaned_data["to"])


class PassForm(_ToSomebody):
    nobody = "Cả đơn vị, ai nhận trước làm trước"
    to = _person_field("Giao cho")
    note = text_field("Ghi chú cho người nhận việc", lines=3, max_length=1000)

    def __init__(self, data: Any = None, files: Any = None, *, dossier: Dossier) -> None:
        super().__init__(data, files, dossier=dossier)
        self.people = {}
        run = runs.current(dossier)
        ahead = process.after(dossier.version, run.position) if run else []
        if ahead:
            role = ahead[0].role
            self.offer(role, process.place(dossier, role, timezone.localdate()))


class ForwardForm(PassForm):
    """T8: to the first step."""

    def __init__(self, data: Any = None, files: Any = None, *, dossier: Dossier) -> None:
        super().__init__(data, files, dossier=dossier)
        role = process.steps(dossier.version)[0].role
        self.offer(role, process.place(dossier, role, timezone.localdate()))


class HandOverWorkForm(_ToSomebody):
    to = _person_field("Giao cho", needed="Hãy chọn người nhận.")
    note = text_field("Ghi chú cho người nhận việc", lines=3, max_length=1000)

    def __init__(self, data: Any = None, files: Any = None, *, dossier: Dossier) -> None:
        super().__init__(data, files, dossier=dossier)
        self.people = {}
        if run := runs.current(dossier):
            self.offer(run.role, run.agency, but=dossier.assignee_id)


class BackForm(StepForm):
    gives = ("reason",)
    reason = text_field(
        "Lý do trả lại", needed="Hãy ghi lý do trả lại.", lines=4, max_length=1000,
        help_text="Người nhận lại hồ sơ đọc câu này; người nộp không thấy.",
    )  # fmt: skip


class SkipForm(StepForm):
    gives = ("position", "reason")
    position = forms.TypedChoiceField(
        label="Chuyển thẳng đến",
        coerce=int,
        widget=forms.RadioSelect(),
        error_messages={
            "required": "Hãy chọn một bước.",
            "invalid_choice": "Hãy chọn một bước trong danh sách.",
        },
    )
    reason = text_field(
        "Lý do chuyển bước nhanh", needed="Hãy ghi lý do chuyển bước nhanh.", lines=3,
        max_length=1000,
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, dossier: Dossier) -> None:
        super().__init__(data, files, dossier=dossier)
        run = runs.current(dossier)
        ahead = process.after(dossier.version, run.position)[1:] if run else []
        field = self.fields["position"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(step.position, step.name) for step in ahead]


class ReasonForm(StepForm):
    gives: tuple[str, ...] = ("reason",)
    reason = text_field(
        "Lý do", needed="Hãy ghi lý do.", lines=4, max_length=2000,
        help_text="Câu này gửi cho người nộp và in trên phiếu.",
    )  # fmt: skip


class AgreeForm(StepForm):
    """T20: the wish says why; a word besides is the office's to add."""

    gives = ("reason",)
    reason = text_field(
        "Lời nhắn cho người nộp", lines=3, max_length=1000,
        help_text="Không bắt buộc. Lời nhắn in trên Thông báo dừng giải quyết hồ sơ.",
    )  # fmt: skip


class ApologyForm(NewDueForm, ReasonForm):
    gives = NewDueForm.gives
    field_order = ("revision", "day", "hour", "reason")

    def first_values(self, dossier: Dossier) -> dict[str, Any]:
        due = timezone.localtime(dossier.due_at) if dossier.due_at else None
        hour = due.time().replace(second=0, microsecond=0) if due else time(16)
        day = max(timezone.localdate(), due.date() if due else timezone.localdate())
        return super().first_values(dossier) | {"hour": hour, "day": day + timedelta(days=1)}


class ResetForm(NewDueForm):
    """T25: an administrator names a due date anew."""

    reason = text_field(
        "Lý do", needed="Hãy ghi lý do đặt lại hạn.", lines=4, max_length=2000,
        help_text="Người nộp đọc được câu này trong quá trình xử lý.",
    )  # fmt: skip
    field_order = ("revision", "day", "hour", "reason")

    def first_values(self, dossier: Dossier) -> dict[str, Any]:
        """The due date as it is."""
        first = super().first_values(dossier)
        if dossier.due_at:
            due = timezone.localtime(dossier.due_at)
            first |= {"day": due.date(), "hour": due.time()}
        return first


class VerdictForm(StepForm):
    """Consent, or the draft goes back with a sentence."""

    answer = text_field(
        "Ý kiến của lãnh đạo", lines=3, max_length=1000,
        help_text="Bắt buộc khi trả lại dự thảo: người dự thảo cần biết phải sửa gì.",
    )  # fmt: skip
    verdict = forms.ChoiceField(
        choices=[("dong-y", "Thông qua"), ("tra-lai", "Trả lại")],
        widget=forms.HiddenInput(),
        error_messages={
            "required": "Hãy bấm “Thông qua” hoặc “Trả lại dự thảo”.",
            "invalid_choice": "Hãy bấm “Thông qua” hoặc “Trả lại dự thảo”.",
        },
    )
