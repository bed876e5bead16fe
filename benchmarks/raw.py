"""The floor below the bare view: psycopg2, SQL and fsync, no HTTP and no Django."""

import hashlib
import os
import pickle
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extras import Json, register_uuid


def file_all(
    where: dict[str, Any],
    sample: str,
    dossiers: list[tuple[int, str]],
    folder: str,
    content: bytes,
    papers: int,
) -> tuple[float, float]:
    """File each (pk, public id) with its papers; when it began and ended (epoch seconds)."""
    register_uuid()
    rows = pickle.loads(Path(sample).read_bytes())
    os.makedirs(folder, exist_ok=True)
    connection = psycopg2.connect(**{key: value for key, value in where.items() if value})
    began = time.time()
    with connection.cursor() as cursor:
        for pk, public_id in dossiers:
            for _ in range(papers):
                _paper(cursor, rows, pk, folder, content)
                connection.commit()
            _submit(cursor, rows, pk, public_id)
            connection.commit()
    ended = time.time()
    connection.close()
    return began, ended


def _paper(cursor: Any, rows: dict[str, Any], pk: int, folder: str, content: bytes) -> None:
    mark, now = uuid.uuid4(), datetime.now(UTC)
    path = Path(folder, f"{mark}.pdf")
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    own = {
        "key": f"paper-{mark}",
        "public_id": mark,
        "dossier_id": pk,
        "stored_name": f"papers/raw/{path.name}",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "uploaded_at": now,
    }
    _insert(cursor, "dossiers_paper", rows["paper"] | own)


def _submit(cursor: Any, rows: dict[str, Any], pk: int, public_id: str) -> None:
    now = datetime.now(UTC)
    cursor.execute(
        "UPDATE dossiers_counter SET value = value + 1 WHERE scope = %s AND period = %s"
        " RETURNING value",
        (rows["counter"]["scope"], rows["counter"]["period"]),
    )
    number = cursor.fetchone()[0]
    mine = {"dossier_id": pk}
    _insert(cursor, "dossiers_event", rows["event"] | mine | {"at": now})
    _insert(cursor, "dossiers_clockentry", rows["clock"] | mine | {"at": now})
    slip = {"key": f"slip-{public_id}-2-receipt", "public_id": uuid.uuid4()}
    _insert(cursor, "dossiers_slip", rows["slip"] | mine | slip)
    _insert(cursor, "notices_notice", rows["notice"] | {"key": f"{public_id}/1/submitted"})
    cursor.execute(
        "UPDATE dossiers_dossier SET status = 1, revision = revision + 1, code = %s,"
        " submitted_at = %s, intake_due_at = %s, queue_at = %s, heard_at = %s, filed_how = 'self',"
        " chain_head = %s, chain_length = 2 WHERE id = %s",
        (f"{rows['code']}-{number:04d}", now, now, now, now, rows["clock"]["digest"], pk),
    )


def _insert(cursor: Any, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join(["%s"] * len(row))
    values = [Json(value) if isinstance(value, dict | list) else value for value in row.values()]
    cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', values)
