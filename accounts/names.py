"""Names of people: whole, as on the identity card, never split."""

import unicodedata

from django.core.exceptions import ValidationError

from portal.lib.text import nfc

# H'Hen Niê, Y - Bih, Nguyễn Văn A.
_BESIDE_LETTERS = frozenset(" '’-.")


def person_name(text: str) -> str:
    """`text` in NFC with single spaces; ValidationError when it cannot be a name.

    One line of letters, so it is safe in the greeting and the head of a mail.
    """
    name = " ".join(nfc(text).split())
    letters = [char for char in name if unicodedata.category(char)[0] in "LM"]
    if not letters or len(letters) + sum(char in _BESIDE_LETTERS for char in name) < len(name):
        raise ValidationError("Họ và tên chỉ gồm chữ cái, như trên căn cước.", code="name")
    return name
