"""Codes people read aloud: postal numbers (UPU S10), look-up secrets, citizen numbers."""

import hashlib
import hmac
import re
from datetime import date

from django.conf import settings
from django.utils import timezone

_S10 = re.compile(r"([A-Z]{2})([0-9]{8})([0-9])([A-Z]{2})")
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)

# Douglas Crockford's alphabet: no I, L, O (read as 1, 1, 0) and no U.
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None, "\u00a0": None})
_LONGEST_GIVEN = 64

_CITIZEN_ID = re.compile(r"[0-9]{12}")
# Nghị định 137/2015 Điều 13; the 63 codes of before the mergers, which do not change with them.
_PROVINCES = frozenset(
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 "
    "035 036 037 038 040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 "
    "070 072 074 075 077 079 080 082 083 084 086 087 089 091 092 093 094 095 096".split()
)
_FIRST_COUNTRY = "100"  # a birth registered abroad carries a country's code, above all provinces


def s10_check_digit(serial8: str) -> int:
    """The ninth digit of a postal number: UPU standard S10, weights 8 6 4 2 3 5 9 7.

    Raises ValueError when `serial8` is not exactly eight ASCII digits.
    """
    if not re.fullmatch(r"[0-9]{8}", serial8):
        raise ValueError(f"an S10 serial has eight digits, not {serial8!r}")
    total = sum(w * int(d) for w, d in zip(_S10_WEIGHTS, serial8, strict=True))
    check = 11 - total % 11
    return {10: 0, 11: 5}.get(check, check)


def is_s10(code: str) -> bool:
    """Whether `code` is a well-formed S10 number. The post also uses other numbers: only flag."""
    match = _S10.fullmatch(code)
    return match is not None and s10_check_digit(match[2]) == int(match[3])


def make_s10(prefix: str, serial: int, country: str = "VN") -> str:
    """A 13-character postal number; ValueError on a bad prefix, country or serial (0…99999999)."""
    if not 0 <= serial <= 99_999_999:
        raise ValueError(f"an S10 serial lies between 0 and 99999999, not {serial}")
    digits = f"{serial:08d}"
    code = f"{prefix}{digits}{s10_check_digit(digits)}{country}"
    if not _S10.fullmatch(code):
        raise ValueError(f"{prefix!r} and {country!r} must be two capital letters each")
    return code


def lookup_secret(code: str, version: str | None = None) -> str:
    """The eight characters printed beside a dossier code, needed to look it up without signing in.

    The first 40 bits of HMAC-SHA256 over the code in Crockford's base 32: never stored, always
    printed again alike. `version` names a key of settings.LOOKUP_KEYS (default: the current one).
    """
    key = settings.LOOKUP_KEYS[version or settings.LOOKUP_KEY_VERSION]
    digest = hmac.new(key.encode(), code.strip().upper().encode(), hashlib.sha256).digest()
    bits = int.from_bytes(digest[:5], "big")
    return "".join(_CROCKFORD[bits >> shift & 31] for shift in range(35, -1, -5))


def secrets_match(code: str, given: str) -> bool:
    """Whether `given` is the look-up secret of `code` under any configured key.

    Every key is tried whatever the outcome, and each comparison takes constant time.
    Case, spaces and hyphens do not matter; O is read as 0, I and L as 1.
    """
    typed = given[:_LONGEST_GIVEN].upper().translate(_READ_ALIKE).encode()
    matches = [
        hmac.compare_digest(lookup_secret(code, version).encode(), typed)
        for version in settings.LOOKUP_KEYS
    ]
    return any(matches)


def citizen_id_problem(value: str, today: date | None = None) -> str | None:
    """Why `value` cannot be a citizen number (số định danh cá nhân), or None when it can.

    12 digits: place of birth registration (3), century and sex (1), year of birth (2), random (6).
    There is no check digit. Numbers of people born after `today` (default: today in Việt Nam)
    do not exist yet.
    """
    if not _CITIZEN_ID.fullmatch(value):
        return "Số định danh cá nhân gồm đúng 12 chữ số."
    place = value[:3]
    if place not in _PROVINCES and place < _FIRST_COUNTRY:
        return "Ba chữ số đầu không phải là mã tỉnh, thành phố nơi đăng ký khai sinh."
    born = 1900 + int(value[3]) // 2 * 100 + int(value[4:6])
    if born > (today or timezone.localdate()).year:
        return "Chữ số thứ tư đến thứ sáu cho năm sinh ở tương lai. Hãy kiểm tra lại số đã nhập."
    return None


def mask(value: str, keep: int = 3) -> str:
    """`value` with stars for all but its last `keep` characters (never more than half shown)."""
    shown = min(keep, len(value) // 2)
    hidden = len(value) - shown
    return "*" * hidden + value[hidden:]
