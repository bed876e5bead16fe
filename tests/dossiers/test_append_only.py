"""The database itself refuses to change the ledger."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from dossiers import actions
from dossiers.audit import anchors, walk
from dossiers.models import AnchoredHead, ClockEntry, Event, LedgerAnchor, RegisterVolume, Slip
from dossiers.register import Period
from tests.factories import MORNING
from tests.ledgers import unguarded

HOUR = timedelta(hours=1)
STATEMENTS = [
    "UPDATE dossiers_event SET at = '2026-01-01 08:00:00+07:00'",
    "UPDATE dossiers_event SET note = ''",
    "UPDATE dossiers_event SET note = 'khác', data = '{}'",
    "UPDATE dossiers_event SET note = '', data = '{}', actor = 'leader'",
    "DELETE FROM dossiers_event",
    "UPDATE dossiers_clockentry SET due_at = NULL",
    "DELETE FROM dossiers_clockentry",
    "UPDATE dossiers_ledgeranchor SET dossiers = 0",
    "DELETE FROM dossiers_ledgeranchor",
    "UPDATE dossiers_anchoredhead SET length = 1",
    "DELETE FROM dossiers_anchoredhead",
]
CUT = ["dossiers_event", "dossiers_clockentry", "dossiers_ledgeranchor", "dossiers_anchoredhead"]
ISSUED = [
    "UPDATE dossiers_slip SET number = 9",
    "UPDATE dossiers_slip SET data = '{}'",
    "UPDATE dossiers_slip SET sha256 = 'y' WHERE sha256 <> ''",
    "UPDATE dossiers_slip SET stored_name = 'slips/khác.pdf'",
    "DELETE FROM dossiers_slip",
    "UPDATE dossiers_registervolume SET number = 9",
    "UPDATE dossiers_registervolume SET sha256 = 'y'",
    "DELETE FROM dossiers_registervolume",
    "UPDATE dossiers_volumecontent SET data = '{}'",
    "DELETE FROM dossiers_volumecontent",
]
PAPERS = ["dossiers_slip", "dossiers_registervolume", "dossiers_volumecontent"]


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.both
@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses_to_change_the_ledger(statement, filed):
    anchors.anchor(MORNING)
    with pytest.raises(IntegrityError, match="chỉ được ghi thêm"):
        run(statement)


@pytest.fixture
def issued(filed, lan):
    """A slip and a volume with their bytes."""
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    actions.issue_register(
        agency=filed.receiving_agency, period=Period(MORNING.date(), MORNING.date()),
        procedure=None, token=uuid.uuid4(), by=lan, at=MORNING,
    )  # fmt: skip
    for model in (Slip, RegisterVolume):
        model.objects.update(stored_name="a", sha256="x", size=1, done_at=MORNING)


@pytest.mark.both
@pytest.mark.parametrize("statement", ISSUED)
def test_the_database_refuses_to_change_what_was_issued(statement, issued):
    with pytest.raises(IntegrityError, match="Bản đã phát hành|chỉ được ghi thêm"):
        run(statement)


@pytest.mark.both
@pytest.mark.parametrize("statement", ISSUED)
def test_twin_without_the_triggers_an_issued_paper_is_changed(statement, issued):
    with unguarded():
        if statement == "DELETE FROM dossiers_registervolume":
            run("DELETE FROM dossiers_volumecontent")
        run(statement)


@pytest.mark.both
def test_the_workers_columns_stay_open(issued):
    for model in (Slip, RegisterVolume):
        assert model.objects.update(attempts=3, last_error="x", leased_until=None)
        assert model.objects.first().save() is None


@pytest.mark.pg
@pytest.mark.parametrize("table", [*CUT, *PAPERS])
def test_nor_is_a_ledger_emptied_at_once(table, filed):
    with pytest.raises(IntegrityError, match="chỉ được ghi thêm|Bản đã phát hành"):
        run(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE")


@pytest.mark.both
@pytest.mark.parametrize("statement", STATEMENTS)
def test_twin_without_the_triggers_it_is_changed(statement, filed, lan):
    actions.refuse(filed, by=lan, at=MORNING + HOUR, reason="Con ông Bình đã có giấy rồi.")
    anchors.anchor(MORNING)
    models = (Event, ClockEntry, LedgerAnchor, AnchoredHead)
    before = [list(model.objects.values()) for model in models]
    with unguarded():
        run(statement)
    assert [list(model.objects.values()) for model in models] != before


@pytest.mark.both
def test_what_was_said_can_be_emptied_and_is_missed(filed, lan):
    """The database lets a purge do it; there is none yet, so somebody else did."""
    actions.refuse(filed, by=lan, at=MORNING + HOUR, reason="Con ông Bình đã có giấy rồi.")
    filed.events.update(note="", data={})
    (one,) = walk.verify(walk.Report())
    assert (one.whose, one.seq) == (filed.code, 1) and "ghi chú hoặc dữ liệu" in one.what


@pytest.mark.both
def test_the_triggers_came_through_every_migration(db):
    kind = "pg_trigger WHERE NOT tgisinternal" if connection.vendor == "postgresql" else (
        "sqlite_master WHERE type = 'trigger'"
    )  # fmt: skip
    column = "tgname" if connection.vendor == "postgresql" else "name"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {kind}")
        there = {name for (name,) in cursor.fetchall()}
    kinds = ["update", "delete"] + ["truncate"] * (connection.vendor == "postgresql")
    assert {f"{table}_no_{one}" for table in [*CUT, *PAPERS] for one in kinds} <= there


# --- SQLite: a REPLACE deletes without DELETE -------------------------------------------------

REPLACED = """
INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})
"""


if connection.vendor == "sqlite":  # PostgreSQL has no such statement; its ON CONFLICT is an UPDATE

    @pytest.mark.both
    @pytest.mark.parametrize("table", [*CUT, *PAPERS])
    def test_a_row_is_not_replaced_either(table, issued):
        anchors.anchor(MORNING)
        with pytest.raises(IntegrityError, match="chỉ được ghi thêm|Bản đã phát hành"):
            run(REPLACED.format(table=table))

    @pytest.mark.both
    def test_twin_without_recursive_triggers_it_is(issued):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers=OFF")
            try:
                run(REPLACED.format(table="dossiers_event"))
            finally:
                cursor.execute("PRAGMA recursive_triggers=ON")
