from django.db import migrations


def tell(apps, schema_editor):
    """Versions carry their own name, sector and relations from now on."""
    Version = apps.get_model("procedures", "ProcedureVersion")
    versions = Version.objects.select_related("procedure__sector").prefetch_related(
        "procedure__life_events", "procedure__related"
    )
    for version in versions.iterator(chunk_size=500):
        procedure = version.procedure
        version.name = procedure.name
        version.sector_name = procedure.sector.name
        version.life_events = [event.name for event in procedure.life_events.all()]
        version.related = [other.code for other in procedure.related.all()]
        version.save(update_fields=["name", "sector_name", "life_events", "related"])


class Migration(migrations.Migration):
    dependencies = [("procedures", "0002_drafts")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
