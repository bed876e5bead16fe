"""What officers type beside a dossier; dossiers.actions.beside decides."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Agency
from dossiers.forms.officer import text_field
from dossiers.models import CheckState, Dossier, Paper
from portal.lib.text import nfc

# A unit that needs longer is asked again.
LONGEST_WAIT = timedelta(days=90)


class NoteForm(forms.Form):
    text = text_field(
        "Ghi chú", needed="Hãy viết nội dung ghi chú.", lines=2, max_length=2000,
        help_text="Chỉ cán bộ giải quyết hồ sơ này đọc được; người nộp không thấy.",
    )  # fmt: skip

    def clean_text(self) -> str:
        return nfc(self.cleaned_data["text"]).strip()


class OpinionForm(forms.Form):
    agency = forms.ModelChoiceField(
        label="Đơn vị được hỏi",
        queryset=Agency.objects.none(),
        empty_label="Chọn đơn vị",
        error_messages={
            "required": "Hãy chọn đơn vị được hỏi.",
            "invalid_choice": "Hãy chọn một đơn vị trong danh sách.",
        },
    )
    question = text_field(
        "Nội dung xin ý kiến", needed="Hãy viết nội dung xin ý kiến.", lines=4, max_length=2000
    )
    due_on = forms.DateField(
        label="Đề nghị trả lời trước hết ngày",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="Thời hạn giải quyết hồ sơ vẫn tính trong lúc chờ ý kiến.",
        error_messages={
            "required": "Hãy chọn ngày cần có ý kiến.",
            "invalid": "Ngày chưa đúng. Ví dụ đúng: 05/03/2026.",
        },
    )
    papers = forms.ModelMultipleChoiceField(
        label="Giấy tờ gửi kèm",
        queryset=Paper.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text="Đơn vị được hỏi đọc tờ khai và những giấy tờ đánh dấu ở đây, không đọc gì khác.",
        error_messages={"invalid_choice": "Có giấy tờ đã được thay; hãy chọn lại."},
    )

    def __init__(self, data: Any = None, *, dossier: Dossier) -> None:
        super().__init__(data)
        today = timezone.localdate()
        own = (dossier.receiving_agency_id, dossier.deciding_agency_id)
        agencies: Any = self.fields["agency"]
        agencies.queryset = Agency.objects.in_force(today).exclude(pk__in=own).order_by("name")
        papers: Any = self.fields["papers"]
        papers.queryset = dossier.papers.current().sent().in_order().filter(state=CheckState.CLEAN)
        papers.label_from_instance = lambda paper: paper.filename

    def clean_question(self) -> str:
        return nfc(self.cleaned_data["question"]).strip()

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError("Ngày cần có ý kiến không thể đã qua.")
        if day > timezone.localdate() + LONGEST_WAIT:
            raise forms.ValidationError(f"Hãy chọn ngày trong {LONGEST_WAIT.days} ngày tới.")
        return day


class AnswerForm(forms.Form):
    answer = text_field("Ý kiến", needed="Hãy viết ý kiến của đơn vị.", lines=6, max_length=4000)

    def clean_answer(self) -> str:
        return nfc(self.cleaned_data["answer"]).strip()
