"""The leaves of an e-form: what is typed → the JSON answer → what is read.

Each class knows four things: `clean(raw)` (typed text to JSON value, or a sentence
saying what to do), `raw_of(value)` (JSON value to what the control shows),
`shown(value)` (JSON value to Vietnamese) and `ask()` (the sentence when it is missing).
A draft may hold text that was never valid; `raw_of` and `shown` give it back as it is.
"""

import re
import unicodedata
from datetime import date
from typing import Any, ClassVar, NoReturn

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.vn import mst

from portal.lib.codes import citizen_id_problem
from portal.lib.text import nfc

from . import places
from .limits import PATTERNS
from .nodes import Node
from .widgets import Control, EmailBox, SelectBox, TextArea, Ticks

MAX_TYPED = 100_000  # characters looked at, whatever the field allows
RADIO_LIMIT = 7
_CONTROL = dict.fromkeys(
    code for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc" and code != 10
)


def tidy(raw: str, *, lines: bool = False) -> str:
    """NFC, no control characters, single spaces (line breaks kept with `lines`), trimmed."""
    text = nfc(raw[:MAX_TYPED])
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if not lines:
        return " ".join(text.translate(_CONTROL).split())
    return "\n".join(line.rstrip() for line in text.translate(_CONTROL).split("\n")).strip()


class Leaf(forms.Field):
    """One control. `clean` gives None for "not answered"; being required is the form's affair."""

    verb: ClassVar[str] = "nhập"
    fieldset: bool = False  # several inputs under one legend

    def __init__(self, node: Node, widget: Control | None = None) -> None:
        super().__init__(required=False, label=node.label, widget=widget or Control())
        self.node = node

    def clean(self, value: Any) -> Any:
        raise NotImplementedError

    def raw_of(self, value: Any) -> Any:
        return value if isinstance(value, str) else ""

    def draft_of(self, raw: Any) -> Any:
        """What a draft keeps of an answer that is not valid (yet)."""
        # PostgreSQL's JSON refuses the zero character.
        if isinstance(raw, list):
            return [nfc(str(item).replace("\0", "")[:MAX_TYPED]) for item in raw]
        return nfc(str(raw).replace("\0", "")[:MAX_TYPED])

    def shown(self, value: Any) -> str:
        return str(value)

    def ask(self) -> str:
        return f"Hãy {self.verb} “{self.label}”."

    def refuse(self, sentence: str) -> NoReturn:
        raise ValidationError(sentence, code="invalid")


class TextLeaf(Leaf):
    lines: ClassVar[bool] = False
    default_length: ClassVar[int] = 500

    def __init__(self, node: Node) -> None:
        attrs: dict[str, Any] = {}
        pattern = PATTERNS.get(node.spec.get("pattern", ""))
        if pattern and pattern.inputmode:
            attrs["inputmode"] = pattern.inputmode
        super().__init__(node, TextArea(attrs) if self.lines else Control(attrs))
        self.pattern = pattern

    def clean(self, value: Any) -> str | None:
        text = tidy(value or "", lines=self.lines)
        limit = self.node.spec.get("max_length", self.default_length)
        if len(text) > limit:
            self.refuse(
                f"“{self.label}” dài {len(text)} ký tự. Hãy rút gọn còn nhiều nhất {limit} ký tự."
            )
        if text and self.pattern and not self.pattern.regex.fullmatch(text):
            self.refuse(f"Hãy nhập lại “{self.label}”: {self.pattern.sentence}.")
        return text or None


class LongTextLeaf(TextLeaf):
    lines = True
    default_length = 5000


class ChoiceLeaf(Leaf):
    verb = "chọn"

    def __init__(self, node: Node) -> None:
        self.options = [(option["value"], option["label"]) for option in node.spec["options"]]
        self.fieldset = len(self.options) <= RADIO_LIMIT
        super().__init__(node, Ticks(self.options) if self.fieldset else SelectBox(self.options))

    def clean(self, value: Any) -> str | None:
        if value and value not in dict(self.options):
            self.refuse(f"Hãy chọn một mục có trong danh sách “{self.label}”.")
        return value or None

    def shown(self, value: Any) -> str:
        return dict(self.options).get(value, str(value)) if isinstance(value, str) else str(value)


class ChecksLeaf(Leaf):
    verb = "chọn"
    fieldset = True

    def __init__(self, node: Node) -> None:
        self.options = [(option["value"], option["label"]) for option in node.spec["options"]]
        super().__init__(node, Ticks(self.options, several=True))

    def clean(self, value: Any) -> list[str] | None:
        given = set(value or ())
        chosen = [code for code, _ in self.options if code in given]
        low, high = self.node.spec.get("min", 0), self.node.spec.get("max", len(self.options))
        if len(chosen) < len(given):
            self.refuse(f"Hãy chỉ chọn các mục có trong danh sách “{self.label}”.")
        if chosen and len(chosen) < low:
            self.refuse(f"Hãy chọn ít nhất {low} mục ở “{self.label}”.")
        if len(chosen) > high:
            self.refuse(f"Hãy chọn nhiều nhất {high} mục ở “{self.label}”.")
        return chosen or None

    def raw_of(self, value: Any) -> list[str]:
        return [code for code in value if isinstance(code, str)] if isinstance(value, list) else []

    def shown(self, value: Any) -> str:
        labels = dict(self.options)
        return "; ".join(labels.get(code, code) for code in self.raw_of(value))

    def ask(self) -> str:
        return f"Hãy chọn ít nhất {max(self.node.spec.get('min', 1), 1)} mục ở “{self.label}”."


class YesNoLeaf(Leaf):
    verb = "chọn Có hoặc Không cho"
    fieldset = True
    answers: ClassVar[dict[str, bool]] = {"true": True, "false": False}

    def __init__(self, node: Node) -> None:
        super().__init__(node, Ticks([("true", "Có"), ("false", "Không")]))

    def clean(self, value: Any) -> bool | None:
        if value and value not in self.answers:
            self.refuse(self.ask())
        return self.answers[value] if value else None

    def raw_of(self, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        return ""

    def shown(self, value: Any) -> str:
        return {True: "Có", False: "Không"}[value] if isinstance(value, bool) else str(value)


class CitizenIdLeaf(Leaf):
    def __init__(self, node: Node) -> None:
        super().__init__(node, Control({"inputmode": "numeric", "spellcheck": "false"}))

    def clean(self, value: Any) -> str | None:
        number = re.sub(r"[ .\-]", "", tidy(value or ""))
        if not number:
            return None
        if not (len(number) == 12 and number.isascii() and number.isdigit()):
            self.refuse(
                f"“{self.label}” gồm đúng 12 chữ số, ghi trên thẻ căn cước. "
                "Hãy kiểm tra và nhập lại."
            )
        if problem := citizen_id_problem(number):
            self.refuse(f"{problem} Hãy đối chiếu “{self.label}” với thẻ căn cước và nhập lại.")
        return number


class TaxCodeLeaf(Leaf):
    def __init__(self, node: Node) -> None:
        super().__init__(node, Control({"inputmode": "text", "spellcheck": "false"}))

    def clean(self, value: Any) -> str | None:
        typed = tidy(value or "")
        if not typed:
            return None
        digits = re.sub(r"[ .\-]", "", typed)
        # Since 01/07/2025 a person's citizen number is the tax code (Luật Quản lý thuế, Điều 35).
        if len(digits) == 12 and digits.isascii() and digits.isdigit():
            return digits
        try:
            return str(mst.format(mst.validate(typed)))
        except StdnumError:
            self.refuse(
                f"“{self.label}” gồm 10 chữ số, 13 chữ số (0100109106-001) hoặc 12 chữ số của "
                "số định danh. Hãy đối chiếu với giấy đăng ký thuế và nhập lại."
            )


class PhoneLeaf(Leaf):
    def __init__(self, node: Node) -> None:
        super().__init__(node, Control({"type": "tel"}))

    def clean(self, value: Any) -> str | None:
        typed = tidy(value or "")
        if not typed:
            return None
        try:
            number = phonenumbers.parse(typed[:40], "VN")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            self.refuse(
                f"“{self.label}” chưa phải là số điện thoại gọi được. "
                "Hãy nhập lại, ví dụ 0912 345 678."
            )
        if number.country_code == 84:
            return f"0{number.national_number}"
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


class EmailLeaf(Leaf):
    check: ClassVar[EmailValidator] = EmailValidator()

    def __init__(self, node: Node) -> None:
        super().__init__(node, EmailBox({"spellcheck": "false"}))

    def clean(self, value: Any) -> str | None:
        address = tidy(value or "").replace(" ", "")
        if not address:
            return None
        try:
            self.check(address)
        except ValidationError:
            self.refuse(f"Hãy nhập lại “{self.label}” theo dạng ten@vidu.vn.")
        name, _, domain = address.rpartition("@")
        return f"{name}@{domain.lower()}"


class ProvinceLeaf(Leaf):
    verb = "chọn"

    def __init__(self, node: Node) -> None:
        super().__init__(node, SelectBox(places.provinces()))

    def clean(self, value: Any) -> str | None:
        if value and value not in dict(places.provinces()):
            self.refuse(f"Hãy chọn lại “{self.label}” trong danh sách hiện nay.")
        return value or None

    def shown(self, value: Any) -> str:
        return place_name(value)


class WardLeaf(Leaf):
    verb = "chọn"

    def __init__(self, node: Node, province: str = "") -> None:
        super().__init__(node, SelectBox(attrs={"data-ward": True}))
        self.province = province
        self.widget.options = places.wards(province)

    def clean(self, value: Any) -> str | None:
        if value and value not in dict(places.wards(self.province)):
            self.refuse(
                f"“{self.label}” không thuộc tỉnh, thành phố đã chọn. "
                "Hãy chọn lại trong danh sách mới."
            )
        return value or None

    def shown(self, value: Any) -> str:
        return place_name(value)


def place_name(code: Any) -> str:
    return (places.name(code) or code) if isinstance(code, str) else str(code)


def vi_date(value: Any) -> str:
    """ "2026-11-21" → "21/11/2026"; other text as it is."""
    try:
        return date.fromisoformat(value).strftime("%d/%m/%Y")
    except (TypeError, ValueError):
        return str(value)
