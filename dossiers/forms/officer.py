"""What an officer types with a move. Forms check shape; dossiers.actions decides."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Position
from accounts.roles import Role
from dossiers.models import Dossier
from portal.lib.calendar import VIETNAM
from portal.lib.text import nfc

REFUSALS = (
    "Thủ tục không thuộc thẩm quyền giải quyết của cơ quan này.",
    "Nơi cư trú của người yêu cầu không thuộc địa bàn tiếp nhận.",
    "Người nộp không thuộc đối tượng được thực hiện thủ tục.",
    "Hồ sơ trùng với hồ sơ đã nộp trước đó.",
    "Giấy tờ trong hồ sơ không hợp lệ và không thể bổ sung.",
)
IDENTITY_PAPERS = (
    ("can_cuoc", "Thẻ căn cước, căn cước công dân"),
    ("vneid", "Căn cước điện tử (VNeID)"),
    ("ho_chieu", "Hộ chiếu"),
    ("uy_quyen", "Giấy ủy quyền kèm căn cước người nhận thay"),
)


def text_field(label: str, *, needed: str = "", lines: int = 0, **kwargs: Any) -> forms.CharField:
    """A text box; `needed` is the sentence when it is left empty (none: it may be)."""
    widget = forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput()
    return forms.CharField(
        label=label,
        required=bool(needed),
        widget=widget,
        error_messages={
            "required": needed,
            "max_length": "Tối đa %(limit_value)d ký tự; bạn đã viết %(show_value)d.",
        },
        **kwargs,
    )


class StepForm(forms.Form):
    """Carries the dossier's revision as the page showed it. `gives` names what the action is told,
    as its parameters are called."""

    gives: tuple[str, ...] = ()
    revision = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, data: Any = None, files: Any = None, *, dossier: Dossier) -> None:
        super().__init__(data, files, initial=self.first_values(dossier))
        self.dossier = dossier

    def first_values(self, dossier: Dossier) -> dict[str, Any]:
        return {"revision": dossier.revision}

    def given(self) -> dict[str, Any]:
        """For the action; of a form that was found right."""
        return {name: self.cleaned_data[name] for name in (*self.gives, "revision")}

    def clean(self) -> dict[str, Any]:
        cleaned = {
            name: nfc(value) if isinstance(value, str) else value
            for name, value in (super().clean() or self.cleaned_data).items()
        }
        if "revision" in self.errors:
            # Hidden from the person, so said as what it is: the page is not whole.
            del self.errors["revision"]
            raise forms.ValidationError("Trang này đã cũ. Hãy tải lại trang rồi làm lại.")
        return cleaned


class RefuseForm(StepForm):
    gives = ("reason",)
    common = forms.ChoiceField(
        label="Lý do thường gặp",
        required=False,
        choices=[*((text, text) for text in REFUSALS), ("", "Lý do khác, ghi ở ô dưới")],
        widget=forms.RadioSelect(),
        error_messages={"invalid_choice": "Hãy chọn một lý do trong danh sách."},
    )
    detail = text_field(
        "Nêu cụ thể", lines=4, max_length=2000,
        help_text="Câu này in trên Phiếu từ chối và gửi cho người nộp.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        parts = (cleaned.get("common", ""), cleaned.get("detail", "").strip())
        cleaned["reason"] = " ".join(part for part in parts if part)
        if not cleaned["reason"]:
            self.add_error("detail", "Hãy chọn hoặc ghi lý do từ chối.")
        return cleaned


class DeclineForm(StepForm):
    gives = ("reason",)
    reason = text_field(
        "Lý do không đồng ý", needed="Hãy ghi lý do.", lines=4, max_length=2000,
        help_text="Câu này gửi cho người nộp.",
    )  # fmt: skip


class NoteForm(StepForm):
    gives = ("note",)
    note = text_field("Ghi chú cho người nhận việc", lines=3, max_length=1000)


def _only_leader(dossier: Dossier) -> str:
    """Who signs at the deciding agency when there is no doubt about it."""
    leaders = Position.objects.in_force(timezone.localdate()).filter(
        agency=dossier.deciding_agency_id, role=Role.LEADER
    )
    names = list(leaders.values_list("user__full_name", flat=True)[:2])
    return names[0] if len(names) == 1 else ""


class ResultForm(StepForm):
    gives = ("upload", "title", "number", "signer", "issued_on")
    upload = forms.FileField(
        label="Tệp kết quả đã ký số",
        help_text="Một tệp PDF, không quá 20 MB.",
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={
            "required": "Hãy chọn tệp PDF của kết quả.",
            "empty": "Tệp không có nội dung. Hãy chọn tệp khác.",
            "missing": "Hãy chọn tệp PDF của kết quả.",
            "invalid": "Không nhận được tệp. Hãy chọn lại.",
        },
    )
    title = text_field("Trích yếu", needed="Hãy ghi trích yếu kết quả.", max_length=250)
    number = text_field(
        "Số, ký hiệu", needed="Hãy ghi số, ký hiệu của văn bản.", max_length=60,
        help_text="Ví dụ 15/2026 hoặc 128/GP-UBND.",
    )  # fmt: skip
    signer = text_field("Người ký", needed="Hãy ghi họ tên người ký.", max_length=150)
    issued_on = forms.DateField(
        label="Ngày ban hành",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": "Hãy chọn ngày ban hành.",
            "invalid": "Ngày ban hành chưa đúng. Ví dụ đúng: 05/03/2026.",
        },
    )

    def first_values(self, dossier: Dossier) -> dict[str, Any]:
        kind = dossier.version.result_types.first()
        return super().first_values(dossier) | {
            "title": kind.name if kind else dossier.version.name,
            "signer": _only_leader(dossier),
            "issued_on": timezone.localdate(),
        }

    def clean_issued_on(self) -> date:
        day: date = self.cleaned_data["issued_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Ngày ban hành không thể ở sau hôm nay.")
        if self.dossier.submitted_at and day < timezone.localdate(self.dossier.submitted_at):
            raise forms.ValidationError("Ngày ban hành không thể trước ngày nộp hồ sơ.")
        return day


class HandOverForm(StepForm):
    gives = ("recipient", "note")
    recipient = text_field(
        "Họ và tên người nhận", needed="Hãy ghi họ tên người nhận kết quả.", max_length=150
    )
    shown = forms.ChoiceField(
        label="Giấy tờ người nhận xuất trình",
        choices=IDENTITY_PAPERS,
        widget=forms.RadioSelect(),
        error_messages={
            "required": "Hãy chọn giấy tờ người nhận đã xuất trình.",
            "invalid_choice": "Hãy chọn giấy tờ trong danh sách.",
        },
    )
    paper_number = text_field("Số giấy tờ", max_length=30)

    def first_values(self, dossier: Dossier) -> dict[str, Any]:
        return super().first_values(dossier) | {"recipient": dossier.owner_name}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        paper = dict(IDENTITY_PAPERS).get(cleaned.get("shown", ""), "")
        number = cleaned.get("paper_number", "").strip()
        cleaned["note"] = f"Xuất trình: {paper}{f', số {number}' if number else ''}."
        return cleaned


class NewDueForm(StepForm):
    """A due time to be named anew: a day and an hour of the office."""

    gives = ("until", "reason")
    day = forms.DateField(
        label="Ngày hẹn mới",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": "Hãy chọn ngày hẹn mới.",
            "invalid": "Ngày hẹn mới chưa đúng. Ví dụ đúng: 25/03/2026.",
        },
    )
    hour = forms.TimeField(
        label="Giờ hẹn mới",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={
            "required": "Hãy ghi giờ hẹn mới.",
            "invalid": "Giờ hẹn mới chưa đúng. Ví dụ đúng: 16:30.",
        },
    )
    reason: forms.CharField

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "day" in cleaned and "hour" in cleaned:
            cleaned["until"] = datetime.combine(cleaned["day"], cleaned["hour"], VIETNAM)
        return cleaned


class PaymentForm(StepForm):
    amount = forms.IntegerField(
        label="Số tiền đã thu (đồng)",
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "Hãy ghi số tiền đã thu.",
            "invalid": "Số tiền là số nguyên, ví dụ 8000.",
            "min_value": "Số tiền phải lớn hơn 0.",
        },
    )
    reference = text_field(
        "Số biên lai", needed="Hãy ghi số biên lai.", max_length=60,
        help_text="Cùng một số biên lai chỉ được tính một lần.",
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, dossier: Dossier) -> None:
        if data is not None and "amount" in data:
            # 8.000 and 8 000 are how the sum is written here.
            data = data.copy()
            data["amount"] = "".join(data["amount"].replace(".", "").split())
        super().__init__(data, files, dossier=dossier)

    def first_values(self, dossier: Dossier) -> dict[str, Any]:
        left = dossier.fee_total - dossier.fee_paid
        return super().first_values(dossier) | {"amount": left}
