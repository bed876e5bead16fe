"""Vietnamese text: one normal form at the boundary, one folded form for searching."""

import unicodedata

# Đ has no decomposition, so NFD leaves it alone. Ð/ð (Icelandic eth) is what old
# TCVN3/VNI converters write for it.
_D = str.maketrans({"đ": "d", "ð": "d"})

# Mn: tone and vowel marks. Cf: zero-width characters and soft hyphens that come with pasted text.
_DROPPED = frozenset({"Mn", "Cf"})


def nfc(s: str) -> str:
    """`s` composed, so that equal words are equal strings (a Mac types NFD, Windows NFC)."""
    return unicodedata.normalize("NFC", s)


def fold(s: str) -> str:
    """The form two texts share when a hurried reader would call them the same.

    No marks ("hoà", "hòa" and "hoa" are alike), đ as d, lower case, single spaces, no spaces at
    the ends. Punctuation stays. Folding twice changes nothing; NFC and NFD fold alike.
    """
    plain = _bare(_bare(s).lower()).translate(_D)
    return " ".join(plain.split())


def _bare(s: str) -> str:
    decomposed = unicodedata.normalize("NFD", s)
    return "".join(c for c in decomposed if unicodedata.category(c) not in _DROPPED)
