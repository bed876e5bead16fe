from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def stamp(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Those ended before the column was there; `finished_at` is the same moment."""
    ended = apps.get_model("dossiers", "Event").objects.filter(move="end_stopped")
    dossiers = apps.get_model("dossiers", "Dossier").objects
    dossiers.filter(pk__in=ended.values("dossier")).update(ended_at=models.F("finished_at"))


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0014_figures")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="ended_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="Kết thúc khi đang dừng lúc"
            ),
        ),
        migrations.RunPython(stamp, migrations.RunPython.noop),
    ]
