"""Words as search compares them: plain (no marks) and toned (marks, wherever the tone stands)."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from portal.lib.text import fold, nfc

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORD = re.compile(r"[^\W_]+")
# Zero-width characters and soft hyphens come with pasted text.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
# kí and ký, lí and lý: both spellings are right.
_Y = re.compile(r"(?<=[hklmst])y$|(?<=qu)y$")
LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class Word:
    """`plain` is "hoa" and `toned` "hoà" for hoà, hòa and HÒA; `shown` as it was written."""

    plain: str
    toned: str
    shown: str

    @property
    def marked(self) -> bool:
        return self.plain != self.toned


def words(text: str) -> tuple[Word, ...]:
    clean = _UNSEEN.sub("", nfc(text)).lower()
    return tuple(_word(found[:LONGEST_WORD]) for found in _WORD.findall(clean))


@lru_cache(maxsize=50_000)
def _word(text: str) -> Word:
    letters = unicodedata.normalize("NFD", text)
    tone = "".join(c for c in letters if c in _TONES)
    base = unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES))
    return Word(_Y.sub("i", fold(text)), _Y.sub("i", base) + tone, text)


def plain_line(found: tuple[Word, ...]) -> str:
    """ " khai sinh ": a phrase is found in it with its blanks around it."""
    return f" {' '.join(word.plain for word in found)} "
