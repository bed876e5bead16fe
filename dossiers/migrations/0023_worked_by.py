import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

_PUT_DOWN = (3, 5, 6, 7, 8, 9, 10)


def _whose(name: str) -> models.ForeignKey:
    return models.ForeignKey(
        blank=True,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=name,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("dossiers", "0022_volume_content"),
        ("procedures", "0002_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("dossier", "received_by", _whose("Người tiếp nhận")),
        migrations.AddField("dossier", "worked_by", _whose("Người thụ lý")),
        *(
            migrations.AddIndex(
                "dossier",
                models.Index(
                    condition=Q(**{f"{side}__isnull": False}, status__in=_PUT_DOWN),
                    fields=[side, "status", "queue_at", "id"],
                    name=f"dossier_{side}",
                ),
            )
            for side in ("received_by", "worked_by")
        ),
        migrations.AddIndex(
            "dossier",
            models.Index(
                condition=Q(
                    ("worked_by__isnull", False),
                    Q(("desk_agency", F("deciding_agency")), _negated=True),
                    ("status__in", _PUT_DOWN),
                ),
                fields=["deciding_agency", "status", "queue_at", "id"],
                name="dossier_away",
            ),
        ),
    ]
