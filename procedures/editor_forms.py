"""What editors type with a step of a draft, and with a service. Forms check shape;
procedures.actions decides."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localdate

from accounts.models import Agency
from portal.lib.text import nfc
from procedures.models import Draft, DraftState, Procedure
from procedures.reference import LEVEL_WORDS

OLD_PAGE = "Trang này đã cũ. Hãy tải lại trang rồi làm lại."


class TidyForm(forms.Form):
    """Text is NFC; a hidden field that is missing is the page's fault, and said as that."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned = {k: nfc(v) if isinstance(v, str) else v for k, v in cleaned.items()}
        for name, field in self.fields.items():
            if name in self.errors and isinstance(field.widget, forms.HiddenInput):
                del self.errors[name]
                raise forms.ValidationError(OLD_PAGE)
        return cleaned


def text_field(label: str, needed: str = "", *, lines: int = 0, **kw: Any) -> forms.CharField:
    """`needed` is the sentence when it is left empty (none: it may be)."""
    return forms.CharField(
        label=label,
        required=bool(needed),
        widget=forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput(),
        error_messages={
            "required": needed,
            "max_length": "Tối đa %(limit_value)d ký tự; bạn đã viết %(show_value)d.",
        },
        **kw,
    )


class StepForm(TidyForm):
    """Carries the revision the page showed."""

    revision = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, data: Any = None, *, draft: Draft) -> None:
        super().__init__(data, initial={"revision": draft.revision})


class ReturnForm(StepForm):
    note = text_field(
        "Cần sửa gì", "Hãy ghi rõ cần sửa gì.", lines=4, max_length=4000,
        help_text="Người soạn đọc câu này trên trang của bản soạn.",
    )  # fmt: skip


class RecallForm(StepForm):
    note = text_field("Lý do", lines=3, max_length=4000)

    def __init__(self, data: Any = None, *, draft: Draft) -> None:
        super().__init__(data, draft=draft)
        if draft.state == DraftState.APPROVED:
            note = self.fields["note"]
            note.required = True
            note.error_messages["required"] = "Bản soạn đã duyệt: hãy ghi lý do thu hồi."


class ApproveForm(StepForm):
    publish_on = forms.DateField(
        label="Áp dụng từ ngày",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Hôm nay: áp dụng ngay. Ngày sau: hệ thống tự đưa vào áp dụng từ 0 giờ ngày đó, "
        "kể cả ngày nghỉ.",
        error_messages={
            "required": "Hãy chọn ngày áp dụng.",
            "invalid": "Ngày ghi dạng ngày/tháng/năm, ví dụ 01/07/2026.",
        },
    )
    note = text_field("Ý kiến", lines=3, max_length=4000)

    def __init__(self, data: Any = None, *, draft: Draft) -> None:
        super().__init__(data, draft=draft)
        today = localdate()
        self.initial["publish_on"] = today
        self.fields["publish_on"].widget.attrs["min"] = today.isoformat()


class NewDraftForm(TidyForm):
    code = text_field(
        "Mã thủ tục", "Hãy ghi mã thủ tục.", max_length=40,
        help_text="Mã của Cơ sở dữ liệu quốc gia, ví dụ 1.001193.",
    )  # fmt: skip
    name = text_field("Tên thủ tục", "Hãy ghi tên thủ tục.", lines=2, max_length=8000)


class RetireForm(TidyForm):
    decision_no = text_field("Số quyết định bãi bỏ", "Hãy ghi số quyết định bãi bỏ.", max_length=80)
    replaced_by = forms.CharField(
        label="Mã thủ tục thay thế",
        required=False,
        max_length=40,
        help_text="Để trống khi không có thủ tục thay thế.",
    )

    def clean_replaced_by(self) -> Procedure | None:
        code = self.cleaned_data["replaced_by"].strip()
        if not code:
            return None
        found = Procedure.objects.filter(code=code).first()
        if found is None:
            raise forms.ValidationError(f"Không có thủ tục mã {code}.")
        return found


class ServiceForm(TidyForm):
    level = forms.TypedChoiceField(
        label="Mức độ tại cơ quan này",
        choices=[(level, f"{level} – {words}") for level, words in LEVEL_WORDS.items()],
        coerce=int,
        widget=forms.RadioSelect(),
        error_messages={"required": "Hãy chọn mức độ.", "invalid_choice": "Hãy chọn mức độ."},
    )
    level_reason = text_field(
        "Lý do khác mức chung", max_length=250,
        help_text="Ghi khi mức độ ở đây thấp hoặc cao hơn mức chung của thủ tục.",
    )  # fmt: skip
    deciding_agency = forms.ModelChoiceField(
        label="Cơ quan giải quyết",
        queryset=Agency.objects.none(),
        error_messages={
            "required": "Hãy chọn cơ quan giải quyết.",
            "invalid_choice": "Hãy chọn cơ quan trong danh sách.",
        },
    )

    def choose_among(self, agencies: QuerySet[Agency]) -> None:
        field = self.fields["deciding_agency"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = agencies
