"""What looks like personal data in a text meant for others. A hint for people, no proof:
names and addresses it does not know."""

import re

# A number is taken whole however it is grouped: "020 090 000 123", "0912.345.678".
_NUMBER = re.compile(r"(?<![\w.,])\+?\d(?:[ .\-]?\d){8,11}(?![\w]|[.,]\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?:\+?84|0)[235789]\d{8,9}")
# 9 digits: the old identity card; 12: the citizen number.
_IDENTITY_LENGTHS = (9, 12)


def personal_parts(text: str) -> list[str]:
    """Each as it stands in the text: e-mail addresses, phones, identity numbers."""
    found = _EMAIL.findall(text)
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"[^\d+]", "", match[0])
        bare = digits.removeprefix("+")
        if _PHONE.fullmatch(digits) or len(bare) in _IDENTITY_LENGTHS and not _is_money(match[0]):
            found.append(match[0].strip())
    return list(dict.fromkeys(found))


def _is_money(text: str) -> bool:
    """ "100.000.000": groups of three behind points, as sums are written."""
    return re.fullmatch(r"[1-9]\d{0,2}(\.\d{3}){2,3}", text) is not None
