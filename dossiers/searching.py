"""Finding a dossier from the desk by what a person has at hand: code or its end, name without
marks, phone, citizen number, tax code, the address in a slip's QR.

PostgreSQL answers from one index of words that holds the agencies too (migration 0006), so that
a common name at one desk of a million dossiers is found without reading the others'; SQLite
filters. Whole numbers have an index each on both.
"""

import re
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db import connections
from django.db.models import BooleanField, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat

from accounts.desk import desk_of
from accounts.models import User
from dossiers.models import Dossier
from dossiers.models.dossier import DossierQuerySet
from dossiers.workflow import Status
from portal.lib.text import fold

LONGEST = 300  # characters; a QR's address is about 100
# No index gives this order: one that did would be walked, the whole archive for a rare name.
ORDER: tuple[str, ...] = ("-submitted_at", "-pk")
_WORDS = """(
array_to_tsvector(array_remove(string_to_array(
    '@r' || "dossiers_dossier"."receiving_agency_id"::text
    || ' @d' || "dossiers_dossier"."deciding_agency_id"::text || ' '
    || "dossiers_dossier"."owner_fold"
    || coalesce(' #' || lower(substring("dossiers_dossier"."code" from '[^-]*$')), '')
    || coalesce(' #' || lower(substring("dossiers_dossier"."code" from '[^-]*-[^-]*$')), ''),
' '), '')) @@ %s::tsquery
AND ("dossiers_dossier"."receiving_agency_id" + 0 = ANY(%s)
    OR "dossiers_dossier"."deciding_agency_id" + 0 = ANY(%s)))
"""
# 9 or 12 digits of a person, 10 of a phone, 10 or 13 of a tax code.
_WHOLE_NUMBER = re.compile(r"\d{9,13}")
_SPOKEN = re.compile(r"0\d{8,10}")
_TAIL = re.compile(r"(\d{6}-)?\d{1,8}")


def clean(typed: str) -> str:
    """What was typed, or the code out of a slip's QR (…/tra-cuu/?ma=<code>)."""
    text = " ".join(typed.split())[:LONGEST]
    if text.lower().startswith(("http://", "https://")):
        try:
            codes = parse_qs(urlsplit(text).query).get("ma", [])
        except ValueError:  # "http://[": not an address after all
            return text
        text = codes[0].strip() if codes else text
    return text.replace("\x00", "")


def exact(user: Any, text: str) -> Dossier | None:
    return Dossier.objects.at_desk_of(user).filter(code=text.upper()).first()


class Kind(StrEnum):
    """What a text is taken for; the words of "nothing found"."""

    NUMBER = "số điện thoại, số định danh của chủ hồ sơ hoặc người nộp, mã số thuế, đủ cả dãy số"
    TAIL = "phần cuối của mã hồ sơ"
    CODE = "phần đầu của mã hồ sơ"
    NAME = "chữ đầu của từng tiếng trong tên chủ hồ sơ, có dấu hay không dấu"


def kind(text: str) -> Kind:
    number = _bare(text)
    if _WHOLE_NUMBER.fullmatch(number.replace("-", "")) and "-" not in number[:9]:
        return Kind.NUMBER
    if _TAIL.fullmatch(text):
        return Kind.TAIL
    return Kind.CODE if any(sign.isdigit() for sign in text) else Kind.NAME


def _bare(text: str) -> str:
    """Without the signs people put between digits. A hyphen stays where it may belong to a code or
    to a branch's tax code."""
    plain = re.sub(r"[\s.]", "", text.replace("+84", "0"))
    joined = plain.replace("-", "")
    return joined if _SPOKEN.fullmatch(joined) else plain


def ways(user: Any, text: str) -> list[DossierQuerySet]:
    """The desk's dossiers, in whatever state; order them by ORDER. The first that finds any is the
    answer."""
    mine = Dossier.objects.at_desk_of(user)
    match kind(text):
        case Kind.NUMBER:
            return [mine.filter(_numbers(_bare(text)))]
        case Kind.TAIL:
            return [_tail(mine, user, text)]
        case Kind.CODE:
            return [mine.filter(code__startswith=text.upper())]
    return _names(mine, user, fold(text).split())


def _numbers(number: str) -> Q:
    """A firm's branch number is written 0100233488-001."""
    plain = number.replace("-", "")
    tax = {plain, f"{plain[:10]}-{plain[10:]}"} if len(plain) == 13 else {plain}
    owner = Q(owner_phone=plain) | Q(owner_citizen_id=plain) | Q(owner_tax_code__in=tax)
    return owner | Q(submitter__in=_people(plain))


def _people(number: str) -> list[int]:
    """Read first: asked as one question, PostgreSQL would walk the dossiers."""
    known = Q(phone=number) | Q(citizen_id=number, auth_level__gte=1)
    return list(User.objects.filter(known).values_list("pk", flat=True))


def _tail(mine: DossierQuerySet, user: Any, tail: str) -> DossierQuerySet:
    if _has_words(mine):
        return _with_words(mine, user, [_quoted("#" + tail)])
    return mine.filter(code__endswith=f"-{tail}")


def _names(mine: DossierQuerySet, user: Any, words: list[str]) -> list[DossierQuerySet]:
    """Whole words of the owner's name and the beginning of one; failing that each begins one.
    PostgreSQL collects every name that begins so before it looks at the desk, which costs it five
    times as much as whole words."""
    if not words:
        return [mine.none()]
    *whole, last = words
    found = [_named(mine, user, whole, [last])]
    return [*found, _named(mine, user, [], words)] if whole else found


def _named(mine: DossierQuerySet, user: Any, whole: list[str], begun: list[str]) -> DossierQuerySet:
    if _has_words(mine):
        terms = [_quoted(word) for word in whole] + [f"{_quoted(word)}:*" for word in begun]
        return _with_words(mine, user, terms)
    padded = Concat(Value(" "), "owner_fold", Value(" "))
    mine = mine.alias(padded=padded)
    for part in [f" {word} " for word in whole] + [f" {word}" for word in begun]:
        mine = mine.filter(padded__contains=part)
    return mine


def _has_words(rows: DossierQuerySet) -> bool:
    return connections[rows.db].vendor == "postgresql"


def _with_words(mine: DossierQuerySet, user: Any, terms: list[str]) -> DossierQuerySet:
    """The rows of at_desk_of, said so that the index of words alone is worth reading: offered the
    indexes of agencies too, PostgreSQL reads the whole desk and takes every row to words."""
    desks = sorted(desk_of(user).dossier_agencies)
    if not desks:
        return mine.none()
    scope = " | ".join(_quoted(f"@{side}{pk}") for pk in desks for side in "rd")
    query = " & ".join([f"({scope})", *terms])
    found = RawSQL(_WORDS, [query, desks, desks], output_field=BooleanField())
    return (
        Dossier.objects.using(mine.db).exclude(status=Status.DRAFT).apart_from(user).filter(found)
    )


def _quoted(word: str) -> str:
    """A lexeme as tsquery's input wants it."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
