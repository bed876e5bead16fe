"""The list of synonyms that comes with the portal; editors go on from there."""

import csv
from pathlib import Path

from portal.lib.text import fold
from procedures.models import Synonym

LIST = Path(__file__).with_name("synonyms.csv")


def ship_synonyms() -> None:
    """Into an empty list only: what editors took away stays away."""
    if Synonym.objects.exists():
        return
    with LIST.open(encoding="utf-8", newline="") as file:
        Synonym.objects.bulk_create(
            Synonym(**row, words_fold=fold(row["words"]), means_fold=fold(row["means"]))
            for row in csv.DictReader(file)
        )
