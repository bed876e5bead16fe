"""Is this word a Vietnamese syllable? By the rules of the script, not by a word list.

Source of the tables: Hoàng Phê (ed.), *Từ điển vần* (1996), and the spelling rules taught in
grade 1: k/gh/ngh before e ê i, c/g/ng before the rest; a rhyme that ends in p, t, c, ch
carries sắc or nặng only.
"""

import unicodedata

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
SHARP_OR_HEAVY = frozenset("\u0301\u0323")

_BACK = """
a ac ach ai am an ang anh ao ap at au ay
ăc ăm ăn ăng ăp ăt
âc âm ân âng âp ât âu ây
o oc oi om on ong ooc oong op ot
oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet
ô ôc ôi ôm ôn ông ôp ôt
ơ ơi ơm ơn ơp ơt
u ua uc ui um un ung up ut
uân uâng uât uây uê uêch uênh uêu uôc uôi uôm uôn uông uôt uơ
uy uya uych uyên uyêt uyn uynh uyp uyt uyu
ư ưa ưc ưi ưm ưn ưng ưt ưu
ươc ươi ươm ươn ương ươp ươt ươu
""".split()
_FRONT = """
e ec em en eng eo ep et
ê êch êm ên ênh êp êt êu
i ia ich im in inh ip it iu
iêc iêm iên iêng iêp iêt iêu
""".split()
_Y = ["y", "yêm", "yên", "yêng", "yêt", "yêu"]  # where no consonant stands before them
_AFTER_Q = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt ân âng ât âu ây
e en eo et ê êch ên ênh êt i it ôc ơ y ych yên yêt ynh yt yu
""".split()
# gi + i- is written with one i: gì, gìn, giêng, giết.
_AFTER_GI = [r for r in (*_BACK, "ê", "eo") if not r.startswith(("oa", "oe", "uy", "uê"))]
_AFTER_G = ["i", "in", "ich", "im", "it", "iêc", "iêm", "iên", "iêng", "iêt", "ip"]

_ANY = [
    "b",
    "ch",
    "d",
    "đ",
    "h",
    "kh",
    "l",
    "m",
    "n",
    "nh",
    "ph",
    "r",
    "s",
    "t",
    "th",
    "tr",
    "v",
    "x",
]
BASES = frozenset(
    [onset + rhyme for onset in _ANY for rhyme in (*_BACK, *_FRONT)]
    + [rhyme for rhyme in (*_BACK, *_FRONT) if not rhyme.startswith("iê")]
    + [onset + rhyme for onset in ("c", "g", "ng", "p") for rhyme in _BACK]
    + [onset + rhyme for onset in ("k", "gh", "ngh", "p") for rhyme in _FRONT]
    + [onset + "y" for onset in ("h", "k", "l", "m", "s", "t", "v")]
    + _Y
    + ["qu" + rhyme for rhyme in _AFTER_Q]
    + ["gi" + rhyme for rhyme in _AFTER_GI]
    + ["g" + rhyme for rhyme in _AFTER_G]
)  # fmt: skip


def is_syllable(word: str) -> bool:
    """`word` in any normal form and case, letters only."""
    marks = unicodedata.normalize("NFD", word.lower())
    tones = [char for char in marks if char in TONES]
    base = unicodedata.normalize("NFC", "".join(char for char in marks if char not in TONES))
    if len(tones) > 1 or base not in BASES:
        return False
    return not base.endswith(("p", "t", "c", "ch")) or bool(SHARP_OR_HEAVY.intersection(tones))
