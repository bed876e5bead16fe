"""On PostgreSQL: the index officers' searches are answered from (dossiers.searching)."""

from django.db import migrations

# Immutable functions only. A draft is in nobody's search.
WORDS = """
CREATE INDEX IF NOT EXISTS dossier_words ON dossiers_dossier USING gin (
    array_to_tsvector(array_remove(string_to_array(
        '@r' || receiving_agency_id::text || ' @d' || deciding_agency_id::text || ' '
        || owner_fold
        || coalesce(' #' || lower(substring(code from '[^-]*$')), '')
        || coalesce(' #' || lower(substring(code from '[^-]*-[^-]*$')), ''),
    ' '), ''))
) WHERE status <> 0
"""


def index_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(WORDS)


def drop_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS dossier_words")


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0005_desk")]

    operations = [migrations.RunPython(index_words, drop_words)]
