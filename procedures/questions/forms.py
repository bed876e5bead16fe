"""What is typed about a question: by the asker, the office, the editor."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from procedures.models.questions import ANSWER_LENGTH, QUESTION_LENGTH, REASON_LENGTH
from procedures.questions.personal import personal_parts


def _area(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class _Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class _ForOthers(_Form):
    """Texts that others read: what looks personal is named, and taken only when the writer
    says that it is none (a sum, the number of a document)."""

    not_personal = forms.BooleanField(
        label="Những chỗ vừa nêu không phải thông tin cá nhân", required=False
    )
    read_by_others: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = "\n".join(self.data.get(name, "") for name in self.read_by_others)
        self.personal = personal_parts(typed) if self.is_bound else []
        if not self.personal:
            del self.fields["not_personal"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.personal and not cleaned.pop("not_personal", False):
            found = ", ".join(f"“{part}”" for part in self.personal[:5])
            self.add_error(
                self.read_by_others[0],
                f"Có vẻ còn thông tin cá nhân: {found}. Hãy xóa đi; nếu không phải, "
                "đánh dấu ô bên dưới.",
            )
        return cleaned


class AskForm(_ForOthers):
    text = forms.CharField(
        label="Câu hỏi của bạn",
        min_length=10,
        max_length=QUESTION_LENGTH,
        widget=_area(5, **{"aria-describedby": "khong-ghi"}),
        error_messages={
            "required": "Hãy viết câu hỏi.",
            "min_length": "Hãy viết câu hỏi rõ hơn, ít nhất 10 chữ cái.",
        },
    )
    # For machines that fill in whatever they find; people do not see it.
    website = forms.CharField(
        label="Để trống ô này",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    field_order = ["text", "not_personal", "website"]
    read_by_others = ("text",)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("Hãy để trống ô dành cho máy rồi gửi lại.")
        return ""


class AnswerForm(_Form):
    text = forms.CharField(
        label="Câu trả lời",
        max_length=ANSWER_LENGTH,
        widget=_area(8),
        help_text="Người hỏi đọc đúng lời này. Viết đủ để người khác cùng hoàn cảnh cũng hiểu.",
        error_messages={"required": "Hãy viết câu trả lời."},
    )


class RejectForm(_Form):
    reason = forms.CharField(
        label="Lý do gửi người hỏi",
        max_length=REASON_LENGTH,
        widget=_area(4),
        help_text="Ví dụ: Câu hỏi về hồ sơ riêng; mời xem ở trang Tra cứu hồ sơ.",
        error_messages={"required": "Hãy ghi lý do."},
    )


class PublishForm(_ForOthers):
    text = forms.CharField(
        label="Câu hỏi, như mọi người sẽ đọc",
        max_length=QUESTION_LENGTH,
        widget=_area(4),
        error_messages={"required": "Hãy ghi câu hỏi."},
    )
    answer = forms.CharField(
        label="Câu trả lời, như mọi người sẽ đọc",
        max_length=ANSWER_LENGTH,
        widget=_area(8),
        error_messages={"required": "Hãy ghi câu trả lời."},
    )
    field_order = ["text", "answer", "not_personal"]
    read_by_others = ("text", "answer")

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.read_by_others}
