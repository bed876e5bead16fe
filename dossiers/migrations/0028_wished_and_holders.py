from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0027_files_by_id")]

    operations = [
        migrations.AddField(
            "bulkrow",
            "holder",
            models.BigIntegerField(blank=True, null=True, verbose_name="Người giữ đã thấy"),
        ),
        migrations.AddIndex(
            "dossier",
            models.Index(
                condition=Q(
                    ("status", 7), Q(("desk_agency", F("receiving_agency")), _negated=True)
                ),
                fields=["receiving_agency", "queue_at", "id"],
                name="dossier_wished",
            ),
        ),
    ]
