"""The properties of one question as a Django form, and back."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .. import vocabulary
from ..files import clean_text
from ..numbers import LARGEST, read_number, vi_number
from .days import day_from_words, day_words
from .targets import Target

Json = dict[str, Any]


class LineField(forms.CharField):
    """Text in normal form, its spaces and line breaks as one wants them read."""

    def to_python(self, value: Any) -> str:
        text = clean_text(str(super().to_python(value) or "").replace("\r\n", "\n"))
        return text if isinstance(self.widget, forms.Textarea) else " ".join(text.split())


class AmountField(forms.CharField):
    """A number as Vietnamese write it."""

    def to_python(self, value: Any) -> Any:
        typed = str(value or "").strip()
        if not typed:
            return None
        number = read_number(typed, 6)
        if number is None or abs(number) > LARGEST:
            raise ValidationError("Hãy nhập một số, ví dụ 1.500 hoặc 12,5.")
        return int(number) if number == number.to_integral_value() else float(number)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return vi_number(Decimal(str(value)), group_from=10_000)
        return value


class DayField(forms.CharField):
    def to_python(self, value: Any) -> str | None:
        typed = str(value or "").strip()
        if not typed:
            return None
        if (limit := day_from_words(typed)) is None:
            raise ValidationError(
                "Hãy ghi một ngày (31/12/1990), “hôm nay”, hoặc “hôm nay - 18 năm”."
            )
        return limit

    def prepare_value(self, value: Any) -> Any:
        return day_words(value) if isinstance(value, str) else value


def _number(label: str, low: int, high: int, hint: str = "") -> Callable[[Json], forms.Field]:
    return lambda spec: forms.IntegerField(
        label=label,
        required=False,
        min_value=low,
        max_value=high,
        help_text=hint,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "ef-short"}),
        error_messages={"invalid": f"Hãy nhập “{label}” bằng số nguyên."},
    )


def _choice(
    label: str, choices: list[tuple[str, str]], hint: str = "", empty: str = "Không"
) -> forms.Field:
    return forms.ChoiceField(
        label=label, required=False, choices=[("", empty), *choices], help_text=hint
    )


def _limit(word: str) -> Callable[[Json], forms.Field]:
    def build(spec: Json) -> forms.Field:
        kind = spec["type"]
        if kind == "date":
            label = "Từ ngày" if word == "min" else "Đến ngày"
            hint = "Ví dụ: 01/01/1950, hôm nay, hôm nay - 18 năm." if word == "min" else ""
            return DayField(label=label, required=False, help_text=hint)
        if kind == "checks":
            return _number("Chọn ít nhất" if word == "min" else "Chọn nhiều nhất", 0, 100)(spec)
        return AmountField(
            label="Nhỏ nhất" if word == "min" else "Lớn nhất",
            required=False,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "ef-short"}),
        )

    return build


def _label(spec: Json) -> forms.Field:
    words = {"note": "Nội dung ghi chú", "heading": "Tiêu đề"}.get(spec["type"], "Câu hỏi")
    area = forms.Textarea(attrs={"rows": 3}) if spec["type"] == "note" else None
    return LineField(
        label=words,
        max_length=300,
        widget=area or forms.TextInput(),
        error_messages={"required": f"Hãy nhập {words.lower()}."},
    )


FIELDS: dict[str, Callable[[Json], forms.Field]] = {
    "label": _label,
    "help": lambda spec: LineField(
        label="Hướng dẫn",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Một câu ngắn, hiện dưới câu hỏi.",
    ),
    "required": lambda spec: forms.BooleanField(label="Bắt buộc trả lời", required=False),
    "max_length": _number("Dài nhất (ký tự)", 1, 20_000),
    "pattern": lambda spec: _choice("Dạng chữ", list(vocabulary.PATTERNS.items()), empty="Tự do"),
    "min": _limit("min"),
    "max": _limit("max"),
    "decimals": _number("Số chữ số sau dấu phẩy", 0, 6),
    "unit": lambda spec: LineField(
        label="Đơn vị",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"class": "ef-short"}),
        help_text="Ví dụ: người, trang.",
    ),
    "prefill": lambda spec: _choice(
        "Điền sẵn từ tài khoản",
        vocabulary.prefills(spec["type"]),
        "Chỉ khi hỏi về chính người nộp.",
    ),
    "row_label": lambda spec: LineField(
        label="Tên gọi một dòng",
        required=False,
        max_length=300,
        help_text="Ví dụ “Người con”: nút sẽ là “Thêm người con”.",
    ),
    "min_rows": _number("Ít nhất mấy dòng", 0, 100),
    "max_rows": _number("Nhiều nhất mấy dòng", 1, 100, "Để trống là 50."),
    "accept": lambda spec: forms.MultipleChoiceField(
        label="Loại tệp được nhận",
        required=False,
        choices=[(kind, kind.upper()) for kind in vocabulary.FILE_KINDS],
        widget=forms.CheckboxSelectMultiple,
        help_text="Không chọn là PDF, JPG, PNG.",
    ),
    "max_files": _number("Nhiều nhất mấy tệp", 1, 20, "Để trống là 5."),
}


class PanelForm(forms.Form):
    """`changes()` is what set_field takes; properties told nowhere on the page are not in it."""

    use_required_attribute = False

    def __init__(self, target: Target, data: Any = None) -> None:
        super().__init__(data, auto_id="id_%s", initial=target.spec)
        self.spec = target.spec
        if self.spec.get("type") not in vocabulary.TYPES:
            self.spec = {**self.spec, "type": "text"}
        for name in target.properties(self.spec["type"]):
            nothing_known = name == "prefill" and not vocabulary.prefills(self.spec["type"])
            if name in FIELDS and not nothing_known:
                self.fields[name] = FIELDS[name](self.spec)
        for name, field in self.fields.items():
            self._dress(name, field)

    def _dress(self, name: str, field: forms.Field) -> None:
        css = "form-control"
        if isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
            css = "form-check-input"
        elif isinstance(field.widget, forms.Select):
            css = "form-select"
        attrs = field.widget.attrs
        attrs["class"] = f"{css} {attrs.get('class', '')}".strip()

    def clean(self) -> Json:
        found = self.cleaned_data
        low, high = found.get("min"), found.get("max")
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            self.add_error("max", "Số lớn nhất nhỏ hơn số nhỏ nhất.")
        least, most = found.get("min_rows"), found.get("max_rows")
        if least is not None and most is not None and least > most:
            self.add_error("max_rows", "Số dòng nhiều nhất nhỏ hơn số dòng ít nhất.")
        return found

    def changes(self) -> Json:
        """A property left empty is taken away; one that said "" or false before goes on."""
        found: Json = {}
        for name, value in self.cleaned_data.items():
            known = self.spec.get(name)
            empty = value is None or value is False or value in ("", [])
            if not empty:
                found[name] = value
            elif known is None or known is False or known == "":
                found[name] = known
            else:
                found[name] = None
        return found


class SectionForm(forms.Form):
    use_required_attribute = False
    title = LineField(
        label="Tên phần", max_length=300, error_messages={"required": "Hãy nhập tên phần."}
    )
    help = LineField(
        label="Hướng dẫn",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        help_text="Một câu ngắn, hiện dưới tên phần.",
    )

    def __init__(self, section: Json, data: Any = None) -> None:
        super().__init__(data, auto_id="id_%s", initial=section)
        self.spec = section
        self.fields["title"].widget.attrs["class"] = "form-control"

    def changes(self) -> Json:
        told = self.cleaned_data
        return {
            "title": told["title"],
            "help": told["help"] or ("" if "help" in self.spec else None),
        }


class HeadForm(forms.Form):
    use_required_attribute = False
    title = LineField(
        label="Tên tờ khai", max_length=300, error_messages={"required": "Hãy nhập tên tờ khai."}
    )
    form_no = LineField(label="Mẫu số", required=False, max_length=200)
    source = LineField(
        label="Nguồn của mẫu",
        required=False,
        max_length=500,
        help_text="Văn bản ban hành mẫu tờ khai này.",
    )

    def __init__(self, definition: Json, data: Any = None) -> None:
        super().__init__(data, auto_id="id_%s", initial=definition)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"

    def changes(self) -> Json:
        return dict(self.cleaned_data)
