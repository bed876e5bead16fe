"""What is sent from the page of a batch, and what it counts."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms

from dossiers.actions.batches import NOT_MADE, OPEN_STATES
from dossiers.forms.summary import DeclarationForm
from dossiers.models import Batch, BatchRow, RowState, Work

MAX_BYTES = 5 * 1024 * 1024


class SheetForm(forms.Form):
    bang = forms.FileField(
        label="Bảng tính đã điền",
        error_messages={
            "required": "Hãy chọn bảng tính đã điền theo mẫu (.xlsx).",
            "empty": "Tệp trống. Hãy chọn bảng tính đã điền.",
            "missing": "Hãy chọn bảng tính đã điền theo mẫu (.xlsx).",
            "invalid": "Tệp không tải lên được. Hãy thử lại.",
        },
    )

    def clean_bang(self) -> Any:
        upload = self.cleaned_data["bang"]
        if not upload.name.lower().endswith(".xlsx"):
            raise forms.ValidationError("Chỉ nhận bảng tính .xlsx làm theo mẫu ở trang này.")
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(
                f"Bảng tính lớn quá {MAX_BYTES // 1024 // 1024} MB. Hãy chia thành nhiều lượt."
            )
        return upload


class RunForm(forms.Form):
    viec = forms.ChoiceField(
        choices=Work.choices,
        error_messages={
            "required": "Hãy bấm một trong hai nút ở cuối trang.",
            "invalid_choice": "Hãy bấm một trong hai nút ở cuối trang.",
        },
    )
    cam_doan = forms.BooleanField(required=False)
    giong = forms.TypedMultipleChoiceField(
        required=False,
        coerce=int,
        choices=[(number, number) for number in range(3, 2001)],
        error_messages={"invalid_choice": "Có dòng không thuộc bảng này. Hãy tải lại trang."},
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("viec") == Work.FILING and not given.get("cam_doan"):
            sentence = DeclarationForm.base_fields["cam_doan"].error_messages["required"]
            self.add_error("cam_doan", str(sentence))
        return given

    def first_error(self) -> str:
        return next(str(errors[0]) for errors in self.errors.values())


def counts_of(rows: Iterable[BatchRow]) -> dict[str, int]:
    """Of each state, and how many a press of each button would take."""
    found = Counter(row.state for row in rows)
    counts = {state.value: found[state] for state in RowState}
    counts["total"] = sum(found.values())
    counts["to_file"] = sum(found[state] for state in OPEN_STATES)
    counts["to_draft"] = sum(found[state] for state in NOT_MADE)
    return counts


def loss_of(batch: Batch) -> str:
    """What goes with the pattern, and what stays."""
    states = Counter(batch.rows.values_list("state", flat=True))
    total, filed, drafted = sum(states.values()), states[RowState.FILED], states[RowState.DRAFTED]
    lost = f"Bảng {total} dòng đã tải lên và phần dùng chung" if total else "Phần dùng chung"
    stays = [f"{filed} hồ sơ đã nộp"] if filed else []
    stays += [f"{drafted} bản nháp đã tạo từ bảng"] if drafted else []
    kept = f" {' và '.join(stays)} vẫn còn trong Hồ sơ của tôi." if stays else ""
    return f"Đây là mẫu chung của một lượt nộp nhiều hồ sơ. {lost} sẽ mất.{kept}"
