"""Numbers of slips and volumes are counted per agency's row, as their constraints are: counted by
its code they began anew, and were refused, once somebody had corrected the code."""

from django.db import migrations
from django.db.models import Max

KINDS = ("mau01", "mau02", "mau03", "mau04", "mau05", "control")


def names(apps):
    """{scope by code: scope by row}"""
    found = {}
    for pk, code in apps.get_model("accounts", "Agency").objects.values_list("pk", "code"):
        found[f"register/{code}"] = f"register/{pk}"
        found |= {f"slip/{code}/{kind}": f"slip/{pk}/{kind}" for kind in KINDS}
    return found


def rename(apps, renamed):
    counters = apps.get_model("dossiers", "Counter").objects
    for counter in counters.filter(scope__startswith="slip/") | counters.filter(
        scope__startswith="register/"
    ):
        if counter.scope in renamed:
            counters.filter(pk=counter.pk).update(scope=renamed[counter.scope])


def by_row(apps, schema_editor):
    rename(apps, names(apps))
    counters = apps.get_model("dossiers", "Counter").objects
    for scope, period, number in issued(apps):
        counter, _ = counters.get_or_create(scope=scope, period=period, defaults={"value": number})
        # A code was corrected since. A higher one stays: skip_numbers may have left a gap.
        if counter.value < number:
            counters.filter(pk=counter.pk).update(value=number)


def by_code(apps, schema_editor):
    rename(apps, {row: code for code, row in names(apps).items()})


def issued(apps):
    """(scope, period, the last number)"""
    slips = apps.get_model("dossiers", "Slip").objects.filter(number__isnull=False).order_by()
    volumes = apps.get_model("dossiers", "RegisterVolume").objects.order_by()
    last = Max("number")
    for agency, kind, *told in slips.values_list("agency", "kind", "period").annotate(last):
        yield f"slip/{agency}/{kind}", *told
    for agency, *told in volumes.values_list("agency", "period").annotate(last):
        yield f"register/{agency}", *told


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0016_withdrawn_index")]

    operations = [migrations.RunPython(by_row, by_code)]
