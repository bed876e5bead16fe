"""MOVES against the hand-written table: every move × status × role."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.roles import Role
from dossiers import policies
from dossiers.models import Dossier
from dossiers.workflow import MOVES, Status
from tests import factories

OFFICERS = "reception specialist leader clerk cashier postal sysadmin manager catalogue".split()
ROLES = ["citizen", "stranger", *OFFICERS, "elsewhere", "system"]
SENTENCES = {
    "ok": None,
    "role": "Bạn không có quyền thực hiện thao tác này.",
    "closed": "Thao tác này chưa mở trên cổng.",
    "draft": "Việc này cần lãnh đạo thông qua; hãy gửi dự thảo.",
}


def rows() -> Iterator[tuple[str, str, int, str]]:
    lines = Path(__file__).with_name("moves.csv").read_text(encoding="utf-8").splitlines()
    table = csv.DictReader((ln for ln in lines if not ln.startswith("#")), delimiter=";")
    for row in table:
        statuses = range(11) if row["statuses"] == "*" else row["statuses"].split()
        for role in row["roles"].split():
            for status in statuses:
                yield row["move"], role, int(status), row["answer"]


TABLE = list(rows())


@pytest.fixture
def people(binh: Any, stranger: Any) -> dict[str, Any]:
    """One person a role; specialists and leaders sit at the deciding agency."""
    desk, committee = factories.an_agency(), factories.a_committee()
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã Hoàng Văn Thụ")
    cast: dict[str, Any] = {"citizen": binh, "stranger": stranger, "system": None}
    for role in OFFICERS:
        place = committee if role in {"specialist", "leader"} else desk
        cast[role] = factories.an_officer(role, f"{role}@example.vn", role, place)
    cast["elsewhere"] = factories.an_officer("xa", "xa@example.vn", "reception", other)
    for role in OFFICERS[1:]:
        cast["elsewhere"].positions.create(agency=other, role=role)
    return cast


@pytest.fixture
def guards_met(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in policies.GUARDS:
        monkeypatch.setitem(policies.GUARDS, name, lambda dossier: None)
    for name in policies.GUARDS_NOW:
        monkeypatch.setitem(policies.GUARDS_NOW, name, lambda user, dossier, at: None)


def test_no_role_is_left_out() -> None:
    assert set(OFFICERS) == set(Role.values)


def test_the_table_names_every_case_once() -> None:
    counted = Counter((move, role, status) for move, role, status, _ in TABLE)
    wanted = {(move, role, status) for move in MOVES for role in ROLES for status in Status}
    assert set(counted) == wanted and set(counted.values()) == {1}


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.usefixtures("guards_met")
def test_who_may_move_from_where(name: str, people: dict[str, Any], filed: Dossier) -> None:
    for move, role, status, answer in TABLE:
        if move != name:
            continue
        filed.status = status
        said = policies.refusal(people[role], filed, MOVES[name])
        wanted = SENTENCES.get(answer, f"Hồ sơ đang ở trạng thái “{Status(status).label}”.")
        assert said == wanted, (name, role, status)
