"""Which words of a page, mail or PDF are not Vietnamese.

english_words(html) and english_words_of_text(text) return the words that are neither a
Vietnamese syllable nor in allowed_words.txt (codes, names, words everybody uses). Words with
digits, addresses of mail and web, and file names are left out.
"""

import re
import subprocess
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from tests.house.syllables import is_syllable

ALLOWED = Path(__file__).with_name("allowed_words.txt")
_NOT_WORDS = re.compile(
    r"https?://\S+|\S+@\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:vn|pdf|jpe?g|png|eml|txt)\b|[\w./-]*\d[\w./-]*"
)
_WORD = re.compile(r"[^\W\d_]+")
_SPOKEN = ("alt", "title", "aria-label", "placeholder", "label", "data-label")


@cache
def allowed() -> frozenset[str]:
    lines = ALLOWED.read_text("utf-8").splitlines()
    words = [line.partition("#")[0].strip() for line in lines]
    return frozenset(word for word in words if word)


def english_words_of_text(text: str) -> set[str]:
    words = set(_WORD.findall(_NOT_WORDS.sub(" ", text)))
    return {word for word in words if not is_syllable(word)} - allowed()


class _Visible(HTMLParser):
    """Text between tags, and what attributes say to people."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        self.silent += tag in ("script", "style")
        self.said += [known[name] for name in _SPOKEN if known.get(name)]
        if tag == "meta" and known.get("name") == "description":
            self.said.append(known.get("content") or "")
        if tag == "input" and known.get("type") in ("submit", "button"):
            self.said.append(known.get("value") or "")

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.silent:
            self.said.append(data)


def english_words(html: str) -> set[str]:
    page = _Visible()
    page.feed(html)
    return english_words_of_text("\n".join(page.said))


def english_words_of_pdf(content: bytes) -> set[str]:
    """Of the text a reader can select (poppler's pdftotext)."""
    command = ["pdftotext", "-enc", "UTF-8", "-", "-"]
    out = subprocess.run(command, input=content, capture_output=True, check=True, timeout=30)
    return english_words_of_text(out.stdout.decode())
