"""Facts for search of what is in force already, and on PostgreSQL the index of words."""

import csv
from pathlib import Path

from django.db import migrations

from portal.lib.text import fold
from procedures.models.lookups import words_of

LIST = Path(__file__).parents[1] / "search" / "synonyms.csv"
FILE_ONLINE = (3, 4)
SUMMARY = 600


def tell(apps, schema_editor):
    Procedure = apps.get_model("procedures", "Procedure")
    procedures = (
        Procedure.objects.filter(current__isnull=False)
        .select_related("current")
        .prefetch_related("current__channels__fees", "current__result_types")
    )
    for procedure in procedures.iterator(chunk_size=500):
        procedure.facts = facts(procedure.current)
        procedure.search_fold = " ".join(words_of(procedure.search_fold))
        procedure.save(update_fields=["facts", "search_fold"])


def facts(version):
    ways = sorted(version.channels.all(), key=lambda way: (way.order, way.pk))
    online = [way for way in ways if way.kind == "online"]
    main = next(iter(online or ways), None)
    results = sorted(version.result_types.all(), key=lambda row: (row.order, row.pk))
    more = " · ".join([version.summary[:SUMMARY], *(row.name for row in results)])
    return {
        "keywords": version.keywords,
        "more": more[: 2 * SUMMARY],
        "audiences": version.audiences,
        "level": version.level,
        "online": version.level in FILE_ONLINE,
        "free": main is not None and all(fee.amount == 0 for fee in main.fees.all()),
    }


def list_synonyms(apps, schema_editor):
    Synonym = apps.get_model("procedures", "Synonym")
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    Synonym.objects.bulk_create(
        Synonym(
            words=row["words"],
            means=row["means"],
            words_fold=fold(row["words"]),
            means_fold=fold(row["means"]),
        )
        for row in rows
    )


def index_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX procedure_words ON procedures_procedure "
            "USING gin (to_tsvector('simple', search_fold))"
        )


def drop_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS procedure_words")


class Migration(migrations.Migration):
    dependencies = [("procedures", "0010_search")]

    operations = [
        migrations.RunPython(tell, migrations.RunPython.noop),
        migrations.RunPython(list_synonyms, migrations.RunPython.noop),
        migrations.RunPython(index_words, drop_words),
    ]
