import django.db.models.deletion
from django.db import migrations, models

_ASKING = {
    "to": "accounts.agency",
    "on_delete": django.db.models.deletion.PROTECT,
    "related_name": "+",
    "db_index": False,
    "verbose_name": "Cơ quan hỏi",
}


def where_it_lay(apps, schema_editor):
    """Those asked before this column: as their pages have said until now."""
    opinions = apps.get_model("dossiers", "Opinion").objects.using(schema_editor.connection.alias)
    for one in opinions.select_related("dossier").iterator():
        opinions.filter(pk=one.pk).update(asking_agency=one.dossier.desk_agency_id)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0017_counters_by_row")]

    operations = [
        migrations.AddField("opinion", "asking_agency", models.ForeignKey(null=True, **_ASKING)),
        migrations.RunPython(where_it_lay, migrations.RunPython.noop),
        migrations.AlterField("opinion", "asking_agency", models.ForeignKey(**_ASKING)),
    ]
