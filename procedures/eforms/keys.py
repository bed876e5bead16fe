"""Keys of questions and sections, made from their labels."""

import re
from collections.abc import Container

from portal.lib.text import fold

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST = 40


def key_from(label: str, taken: Container[str], otherwise: str = "cau_hoi") -> str:
    """ "Họ, chữ đệm, tên" → "ho_chu_dem_ten", not among `taken`."""
    stem = re.sub(r"[^a-z0-9]+", "_", fold(label[:400])).strip("_")
    if not stem or not stem[0].isalpha():
        stem = f"{otherwise}_{stem}".rstrip("_")
    stem = _cut(stem, LONGEST)
    if stem not in taken:
        return stem
    number = 2
    while (key := f"{_cut(stem, LONGEST - 1 - len(str(number)))}_{number}") in taken:
        number += 1
    return key


def _cut(stem: str, length: int) -> str:
    """At most `length` characters, whole words where there are any."""
    if len(stem) <= length:
        return stem
    short = stem[: length + 1].rpartition("_")[0]
    return short or stem[:length]
