"""Many at once is the same as one by one, to the last column."""

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures.actions import publish, retire
from procedures.actions.bulk import publish_many, relate_all
from procedures.exchange.merging import merged
from procedures.exchange.reading import opened
from procedures.models import Procedure, ProcedureVersion, Service
from procedures.records import normal
from tests import factories
from tests.factories import MORNING, SMALL_EFORM
from tests.procedures.generated_catalogue import write
from tests.procedures.records import a_record

pytestmark = [pytest.mark.django_db, pytest.mark.both]
LATER = MORNING.replace(day=12)


def generated(tmp_path, count):
    with write(tmp_path / "a.jsonl", count).open("rb") as file, opened(file) as source:
        return [normal(merged(row.content.data, None))[0] for row in source.rows]


def items(tmp_path):
    """New ones with every extreme, and one with a form of its own."""
    own = normal(a_record(life_events=["Có con nhỏ", "Học tập"]))[0]
    return [*((record, None) for record in generated(tmp_path, 9)), (own, SMALL_EFORM)]


def dump():
    """Every row of the catalogue without its number, in an order of its own."""
    found = {}
    for model in apps.get_app_config("procedures").get_models(include_auto_created=True):
        if model._meta.label.split(".")[1] in ("CatalogueChange",):
            continue
        found[model._meta.label] = sorted(_row(row) for row in model._base_manager.all())
    return found


def _row(row, deep=True):
    """References become the text of what they lead to: numbers differ from run to run."""
    values = {}
    for field in row._meta.concrete_fields:
        if field.primary_key:
            continue
        value = getattr(row, field.name if field.is_relation else field.attname)
        values[field.name] = str(value) if field.is_relation else value
    return repr(sorted(values.items(), key=lambda pair: pair[0]))


def singly(work, by, at):
    for record, eform in work:
        publish(record, eform=eform, by=by, at=at, prepared_by=None)


def many(work, by, at):
    publish_many(work, by=by, at=at)


def story(put, tmp_path, by):
    """New, then changed (with agencies at a level of their own), retired and brought back."""
    work = items(tmp_path)
    put(work, by, MORNING)
    procedure = Procedure.objects.get(code="1.001193")
    factories.a_service(procedure)
    retire(Procedure.objects.get(code="9.000003"), at=MORNING, decision_no="9/QĐ")
    changed = [({**record, "level": 3, "service_type": "PARTIAL", "life_events": ["Học tập"],
                 "service_type_reason": ""}, eform) for record, eform in work]  # fmt: skip
    put(changed, by, LATER)
    put(changed, by, LATER)


def test_the_same_rows_as_publishing_one_by_one(tmp_path, cuc):
    from django.db import transaction

    dumps = []
    for put in (singly, many):
        with transaction.atomic():
            story(put, tmp_path, cuc)
            dumps.append(dump())
            transaction.set_rollback(True)
    one, two = dumps
    assert sum(len(rows) for rows in one.values()) > 1000
    assert {label for label in one if one[label] != two[label]} == set()


def test_that_comparison_would_see_a_difference(tmp_path, cuc, monkeypatch):
    """Twin: without ending the versions before, the dumps differ."""
    monkeypatch.setattr("procedures.actions.bulk._end", lambda versions, at: None)
    story(many, tmp_path, cuc)
    assert ProcedureVersion.objects.filter(state="published").count() > Procedure.objects.count()


def test_ten_cost_no_more_queries_than_five(tmp_path, cuc):
    work = [(record, None) for record in generated(tmp_path, 15)]
    costs = []
    for part in (work[:5], work[5:]):
        with CaptureQueriesContext(connection) as seen:
            publish_many(part, by=cuc, at=MORNING)
        costs.append(len(seen))
    sectors = 3 * len({record["sector"] for record, _ in work})
    assert max(costs) <= 25 + 2 * sectors


def test_agencies_with_a_level_of_their_own_keep_it(cuc):
    record = normal(a_record())[0]
    publish_many([(record, None)], by=cuc, at=MORNING)
    procedure = Procedure.objects.get()
    factories.a_service(procedure, level=2, level_reason="Chưa có chữ ký số")
    lower = {**record, "level": 3, "service_type": "PARTIAL"}
    publish_many([(lower, None)], by=cuc, at=LATER)
    assert Service.objects.get().level == 2


def test_relations_follow_what_versions_name(cuc):
    first = normal(a_record(related=["1.000002", "1.999999"]))[0]
    second = normal(a_record(code="1.000002"))[0]
    publish_many([(first, None), (second, None)], by=cuc, at=MORNING)
    relate_all()
    relate_all()
    assert Procedure.objects.get(code="1.000002").related.get().code == "1.001193"
