from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import QuerySet

_SLICE = 2_000


def by_id(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """A question answered by files keeps their ids, as a draft's does; what was answered to a
    request for additions kept their names as well."""
    dossiers = apps.get_model("dossiers", "Dossier").objects
    rounds = apps.get_model("dossiers", "AdditionRound").objects
    wanted = apps.get_model("dossiers", "Deficiency").objects.exclude(field_key="")
    last = dossiers.order_by("-pk").values_list("pk", flat=True).first() or 0
    for start in range(0, last + 1, _SLICE):
        here = wanted.filter(round__dossier__gt=start, round__dossier__lte=start + _SLICE)
        asked = defaultdict(set)
        for dossier, key in here.order_by().values_list("round__dossier", "field_key"):
            asked[dossier].add(key)
        _mend(dossiers.filter(pk__in=asked), "pk", "answers", asked)
        _mend(rounds.filter(dossier__in=asked), "dossier", "answers_before", asked)


def _mend(rows: QuerySet[Any], dossier: str, column: str, asked: dict[int, set[str]]) -> None:
    with transaction.atomic():
        locked = rows.order_by("pk").select_for_update(no_key=True)
        for pk, whose, answers in locked.values_list("pk", dossier, column):
            if mended := _ids_of(answers, asked[whose]):
                rows.filter(pk=pk).update(**{column: answers | mended})


def _ids_of(answers: dict[str, Any], keys: Iterable[str]) -> dict[str, list[str]]:
    given = {key: answers[key] for key in keys if isinstance(answers.get(key), list)}
    return {
        key: [one["id"] for one in files]
        for key, files in given.items()
        if files and all(isinstance(one, dict) and one.keys() == {"id", "name"} for one in files)
    }


class Migration(migrations.Migration):
    atomic = False  # slice by slice, each by itself

    dependencies = [("dossiers", "0026_who_worked_before")]

    operations = [migrations.RunPython(by_id, migrations.RunPython.noop)]
