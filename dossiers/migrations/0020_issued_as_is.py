"""Slips and volumes of a register stay as they were issued, in the database as well: see
portal.lib.appendonly."""

from django.db import migrations

from portal.lib.appendonly import freeze, unfreeze

_BOTH = ("key", "public_id", "form_set", "agency_id", "number", "period", "issued_at",
         "issued_by_id", "created_at")  # fmt: skip
FIXED = {
    "slip": (*_BOTH, "dossier_id", "kind", "data"),
    "registervolume": (*_BOTH, "procedure_id", "first_day", "last_day", "start", "rows"),
}
ONCE = ("sha256", "stored_name", "size")


def put_on(apps, schema_editor):
    for name, fixed in FIXED.items():
        freeze(schema_editor.connection, apps.get_model("dossiers", name), fixed, ONCE)


def take_off(apps, schema_editor):
    for name in FIXED:
        unfreeze(schema_editor.connection, apps.get_model("dossiers", name))


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0019_step_successor")]

    operations = [migrations.RunPython(put_on, take_off)]
