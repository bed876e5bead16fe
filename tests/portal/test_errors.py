"""Requests no page can answer: bytes nobody can store, a database that is away."""

import pytest
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
)
from django.test import Client

from portal.views import errors

pytestmark = pytest.mark.both


@pytest.mark.parametrize(
    "address",
    [
        "/thu-tuc/%00/",
        "/ho-so/nop/%00/",
        "/mot-cua/ho-so/?tim=%00",
        "/thu-tuc/?q=khai%00sinh",
    ],
)
def test_a_nul_in_an_address_is_a_400_before_anybody_looks(client, lan, address):
    client.force_login(lan)
    answer = client.get(address)
    assert answer.status_code == 400 and "Không đọc được yêu cầu" in answer.text


def test_a_nul_in_a_cookie_is_a_400(db):
    answer = Client(headers={"cookie": 'session="aaaaaaaaaa\\000"'}).get("/ho-so/")
    assert answer.status_code == 400


def test_a_percent_sign_and_noughts_are_no_nul(client, db):
    assert client.get("/thu-tuc/?q=%2500").status_code == 200


def test_a_nul_in_the_province_of_a_profile_is_left_out(client, binh):
    client.force_login(binh)
    for button in ({}, {"chon-tinh": "1"}):
        answer = client.post("/tai-khoan/thong-tin/", {"province": "2\x000", **button})
        assert answer.status_code == 200


@pytest.fixture
def away(binh, monkeypatch):
    """Bình is signed in, and the database went away."""
    client = Client(raise_request_exception=False)
    client.force_login(binh)

    def gone(*args, **kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("django.contrib.auth.get_user", gone)
    return client


@pytest.mark.parametrize("address", ["/ho-so/", "/mot-cua/", "/tai-khoan/thong-tin/"])
def test_a_database_away_is_a_503_for_who_is_signed_in(away, address):
    answer = away.get(address)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "Hệ thống đang bảo trì" in answer.text


def test_another_error_stays_a_500(away, monkeypatch):
    def broken(request):
        raise RuntimeError

    monkeypatch.setattr("django.contrib.auth.get_user", broken)
    assert away.get("/ho-so/").status_code == 500


CUT = "server closed the connection unexpectedly"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, DatabaseError])
def test_a_line_that_was_cut_has_three_names(error):
    cut = error(CUT)
    cut.__cause__ = Exception("the driver's")  # as django.db.utils.DatabaseErrorWrapper sets it
    assert errors.database_is_away(cut)


def test_a_row_that_is_gone_is_no_line_that_was_cut(draft):
    twin = type(draft).objects.get(pk=draft.pk)
    draft.papers.all().delete()
    draft.delete()
    with pytest.raises(DatabaseError) as gone:
        twin.save(update_fields=["owner_name"])
    assert not errors.database_is_away(gone.value)


@pytest.mark.parametrize("error", [DataError, IntegrityError, ProgrammingError, ValueError, None])
def test_an_error_of_ours_is_not_a_line_that_was_cut(error):
    assert not errors.database_is_away(error and error("x"))
