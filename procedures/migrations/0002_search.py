"""What search starts with: the list of synonyms, and on PostgreSQL the index of words. A database
from before the migrations were made anew has both already."""

import csv
from pathlib import Path

from django.db import migrations

from portal.lib.text import fold

LIST = Path(__file__).parents[1] / "search" / "synonyms.csv"


def list_synonyms(apps, schema_editor):
    Synonym = apps.get_model("procedures", "Synonym")
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [
        Synonym(
            words=row["words"],
            means=row["means"],
            words_fold=fold(row["words"]),
            means_fold=fold(row["means"]),
        )
        for row in rows
    ]
    Synonym.objects.bulk_create(found, ignore_conflicts=True)


def index_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX IF NOT EXISTS procedure_words ON procedures_procedure "
            "USING gin (to_tsvector('simple', search_fold))"
        )


def drop_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS procedure_words")


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial")]

    operations = [
        migrations.RunPython(list_synonyms, migrations.RunPython.noop),
        migrations.RunPython(index_words, drop_words),
    ]
