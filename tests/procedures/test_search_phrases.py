"""Two hundred phrases, written down before any ranking: is the right procedure among three?

Over the demo's procedures and the list of synonyms it ships with. The half called held_out was
not looked at while the ranking was tuned."""

import csv
import re
from pathlib import Path

import pytest
from django.db import transaction

from portal.lib.text import fold
from procedures.importing import import_records, read_folder
from procedures.models import Procedure, Synonym
from procedures.search import Filters, find, keeping
from procedures.search.shipped import ship_synonyms
from tests.factories import MORNING

pytestmark = pytest.mark.django_db
FILE = Path(__file__).with_name("search_phrases.csv")
TOP = 3
GOAL = 0.95


def phrases(part=None):
    with FILE.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if part in (None, row["set"])]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        import_records(list(read_folder()), by=None, at=MORNING)
        Synonym.objects.all().delete()
        ship_synonyms()
        keeping.forget()
        yield
        transaction.set_rollback(True)
    keeping.forget()


def missed(rows):
    return [
        (row["phrase"], row["code"])
        for row in rows
        if row["code"]
        not in [p.code for p in find(Filters(q=row["phrase"]), cursor=None).rows[:TOP]]
    ]


@pytest.mark.parametrize("part", ["tuning", "held_out"])
def test_the_right_procedure_is_among_the_first_three(demo, part):
    rows = phrases(part)
    assert len(rows) == 100
    assert len(missed(rows)) <= len(rows) * (1 - GOAL)


def test_without_synonyms_and_mending_the_goal_is_missed(demo, monkeypatch):
    """The phrases are no easy ones: the twin of the test above."""
    monkeypatch.setattr("procedures.search.synonyms.Thesaurus.spans", lambda self, asked: ())
    monkeypatch.setattr("procedures.search.spelling.mended", lambda *args: None)
    assert len(missed(phrases())) > 200 * (1 - GOAL)


def syllables(text):
    return re.findall(r"\w+", fold(text))


def test_sixty_of_the_phrases_share_no_word_with_the_title(demo):
    names = dict(Procedure.objects.values_list("code", "name"))
    apart = [
        row
        for row in phrases()
        if not set(syllables(row["phrase"])) & set(syllables(names[row["code"]]))
        and row["kind"] != "code"
    ]
    assert len(apart) >= 60


def test_no_synonym_is_a_whole_phrase(demo):
    """A single term (one or two syllables) may be all that somebody types; nothing longer."""
    whole = {fold(row["phrase"]) for row in phrases()}
    listed = set(Synonym.objects.values_list("words_fold", flat=True))
    assert [words for words in listed & whole if len(syllables(words)) > 2] == []
