"""What editors type when a catalogue file comes in. Forms check shape; actions decide."""

from typing import Any

from django import forms

from procedures.actions.imports import MAX_BYTES
from procedures.editor_forms import TidyForm, text_field
from procedures.models import Fate, ImportMode, ImportRun

_ENDINGS = (".jsonl", ".json", ".xlsx", ".ndjson", ".txt")
MOST_LISTED = 500  # withdrawn procedures to tick; a longer list is no list any more


class UploadForm(TidyForm):
    file = forms.FileField(
        label="Tệp danh mục",
        help_text="Dòng JSON (.jsonl, .json) hoặc bảng tính theo mẫu (.xlsx), tối đa 100 MB.",
        error_messages={
            "required": "Hãy chọn tệp danh mục.",
            "empty": "Tệp trống.",
            "missing": "Hãy chọn tệp danh mục.",
            "invalid": "Tệp không tải lên được. Hãy thử lại.",
        },
    )
    complete = forms.BooleanField(
        label="Tệp có toàn bộ danh mục của nguồn này",
        required=False,
        help_text="Thủ tục từng nhập từ nguồn này mà tệp không còn sẽ được liệt kê. Không thủ tục "
        "nào tự bị bãi bỏ.",
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if not upload.name.lower().endswith(_ENDINGS):
            raise forms.ValidationError("Chỉ nhận tệp .jsonl, .json hoặc .xlsx.")
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(f"Tệp lớn quá {MAX_BYTES // 1024 // 1024} MB.")
        return upload


class ApplyForm(TidyForm):
    mode = forms.ChoiceField(
        label="Áp dụng thế nào",
        choices=[
            (ImportMode.DRAFTS, "Thành bản soạn: mỗi thủ tục được sửa và duyệt riêng"),
            (ImportMode.PUBLISHED, "Công bố tất cả: một người khác duyệt lần nhập này"),
        ],
        widget=forms.RadioSelect(),
        error_messages={
            "required": "Hãy chọn cách áp dụng.",
            "invalid_choice": "Hãy chọn một trong hai cách.",
        },
    )
    withdraw = forms.TypedMultipleChoiceField(
        label="Bãi bỏ các thủ tục không còn trong tệp",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple(),
        help_text="Chỉ những thủ tục được đánh dấu. Hồ sơ đang giải quyết vẫn theo phiên bản cũ.",
        error_messages={"invalid_choice": "Có thủ tục không thuộc danh sách này."},
    )
    decision_no = text_field("Số quyết định bãi bỏ", max_length=80)

    def __init__(self, data: Any = None, *, run: ImportRun) -> None:
        super().__init__(data)
        rows = run.rows.filter(fate=Fate.WITHDRAWN).only("number", "code", "name")[:MOST_LISTED]
        choices = [(row.number, f"{row.code} {row.name[:150]}") for row in rows]
        if not choices:
            del self.fields["withdraw"], self.fields["decision_no"]
            return
        field = self.fields["withdraw"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("withdraw") and not cleaned.get("decision_no"):
            self.add_error("decision_no", "Hãy ghi số quyết định bãi bỏ các thủ tục đã chọn.")
        return cleaned
