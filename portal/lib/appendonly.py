"""Tables that are only added to: triggers on both databases refuse UPDATE and DELETE, on
PostgreSQL TRUNCATE too. For migrations; whoever owns the table can take them off again, the
portal's own role cannot.

`emptied` maps a column to the SQL literal that a purge may set it to, all of them at once;
nothing else may change in that UPDATE.

SQLite forgets triggers when a later migration remakes the table (Django does so for most
changes of a column or constraint): such a migration puts them on again. A test looks for them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

REFUSAL = "Sổ {table} chỉ được ghi thêm, không được sửa hay xóa."
_FUNCTION = """
CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Sổ % chỉ được ghi thêm, không được sửa hay xóa.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""


def guard(
    connection: Any, model: type[models.Model], emptied: Mapping[str, str] | None = None
) -> None:
    """Put the triggers on, or on anew."""
    unguard(connection, model)
    postgresql = connection.vendor == "postgresql"
    make = _on_postgresql if postgresql else _on_sqlite
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute(_FUNCTION)
        for statement in make(model, emptied or {}):
            cursor.execute(statement)


def unguard(connection: Any, model: type[models.Model]) -> None:
    table = model._meta.db_table
    place = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in names(connection, model):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{place}")


def names(connection: Any, model: type[models.Model]) -> list[str]:
    kinds = ["update", "delete"]
    kinds += ["truncate"] if connection.vendor == "postgresql" else []
    return [f"{model._meta.db_table}_no_{kind}" for kind in kinds]


def _on_postgresql(model: type[models.Model], emptied: Mapping[str, str]) -> list[str]:
    table, when = model._meta.db_table, ""
    if emptied:
        now = " AND ".join(f"NEW.{name}::text = {value}" for name, value in emptied.items())
        names = "ARRAY[" + ", ".join(f"'{name}'" for name in emptied) + "]"
        same = f"to_jsonb(NEW) - {names} = to_jsonb(OLD) - {names}"
        when = f"WHEN (NOT ({now} AND {same}))"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW {when} "
        "EXECUTE FUNCTION append_only()",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW "
        "EXECUTE FUNCTION append_only()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
        "EXECUTE FUNCTION append_only()",
    ]


def _on_sqlite(model: type[models.Model], emptied: Mapping[str, str]) -> list[str]:
    table, when = model._meta.db_table, ""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL.format(table=table)}'); END"
    if emptied:
        now = [f"NEW.{name} = {value}" for name, value in emptied.items()]
        columns = [field.column for field in model._meta.concrete_fields]
        now += [f'NEW."{one}" IS OLD."{one}"' for one in columns if one not in emptied]
        when = f"WHEN NOT ({' AND '.join(now)})"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {when} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
    ]


ISSUED = "Bản đã phát hành trong {table} không được sửa hay xóa."
_ISSUED_FUNCTION = """
CREATE OR REPLACE FUNCTION issued_as_is() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Bản đã phát hành trong % không được sửa hay xóa.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""


def freeze(
    connection: Any, model: type[models.Model], fixed: Sequence[str], once: Sequence[str]
) -> None:
    """For rows of an outbox that are papers: no row is deleted, `fixed` columns never change, those
    of `once` no more after the first of them is set. The others are the worker's."""
    unfreeze(connection, model)
    table, postgresql = model._meta.db_table, connection.vendor == "postgresql"
    differ = "IS DISTINCT FROM" if postgresql else "IS NOT"
    changed = " OR ".join(f'NEW."{name}" {differ} OLD."{name}"' for name in fixed)
    again = " OR ".join(f'NEW."{name}" {differ} OLD."{name}"' for name in once)
    when = f"""WHEN ({changed} OR (OLD."{once[0]}" <> '' AND ({again})))"""
    # An UPDATE that does not name them (a lease, a settling) asks nothing.
    update = f"UPDATE OF {', '.join((*fixed, *once))}"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{ISSUED.format(table=table)}'); END"
    if postgresql:
        refuse = "EXECUTE FUNCTION issued_as_is()"
    statements = [
        f"CREATE TRIGGER {table}_no_update BEFORE {update} ON {table} FOR EACH ROW {when} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}",
    ]
    if postgresql:
        statements = [_ISSUED_FUNCTION, *statements]
        statements.append(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT {refuse}"
        )
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


unfreeze = unguard
