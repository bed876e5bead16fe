"""The ledger is only added to, in the database as well: see portal.lib.appendonly."""

import django.db.models.deletion
from django.db import migrations, models


from portal.lib.appendonly import guard, unguard

# What a purge may empty (docs/adr/0011-ledger.md).
EMPTIED = {"event": {"note": "''", "data": "'{}'"}}
TABLES = ("event", "clockentry", "ledgeranchor", "anchoredhead")


def put_on(apps, schema_editor):
    for name in TABLES:
        guard(schema_editor.connection, apps.get_model("dossiers", name), EMPTIED.get(name))


def take_off(apps, schema_editor):
    for name in TABLES:
        unguard(schema_editor.connection, apps.get_model("dossiers", name))


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0007_forms_of_both_sets"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerAnchor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True, verbose_name="Ngày")),
                ("made_at", models.DateTimeField(verbose_name="Lập lúc")),
                ("dossiers", models.PositiveIntegerField(verbose_name="Số hồ sơ có dòng mới")),
                (
                    "heads_digest",
                    models.CharField(max_length=64, verbose_name="Dấu của các đầu chuỗi"),
                ),
                (
                    "previous_digest",
                    models.CharField(blank=True, max_length=64, verbose_name="Dấu neo trước"),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="Dấu")),
            ],
            options={
                "verbose_name": "neo sổ",
                "verbose_name_plural": "neo sổ",
                "ordering": ["day"],
            },
        ),
        migrations.AddField(
            model_name="clockentry",
            name="due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="Hạn sau mốc này"),
        ),
        migrations.AddField(
            model_name="event",
            name="body_digest",
            field=models.CharField(
                blank=True, editable=False, max_length=64, verbose_name="Dấu của nội dung"
            ),
        ),
        migrations.CreateModel(
            name="AnchoredHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="Ngày neo")),
                ("length", models.PositiveIntegerField(verbose_name="Độ dài chuỗi")),
                ("head", models.CharField(max_length=64, verbose_name="Dấu chuỗi")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dossiers.dossier",
                    ),
                ),
            ],
            options={
                "verbose_name": "đầu chuỗi đã neo",
                "verbose_name_plural": "đầu chuỗi đã neo",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dossier", "length"), name="anchored_length_once"
                    ),
                    models.UniqueConstraint(fields=("day", "dossier"), name="anchored_day_once"),
                ],
            },
        ),
        migrations.RunPython(put_on, take_off),
    ]
