"""The carrier's call comes from anybody: only what is signed and fresh is believed."""

import json
import time

import pytest

from postal.carriers.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from postal.models import ParcelEvent
from tests.postal import stories

pytestmark = pytest.mark.both
ADDRESS = "/buu-chinh/goi-lai/vnpost/"


@pytest.fixture(autouse=True)
def secret(settings):
    stories.use_carrier(settings, "http://127.0.0.1:9")


def an_event(parcel=None, **changes):
    event = {
        "event_id": "6955b9000000000000000001",
        "order_number": parcel.order_number if parcel else "000.00.00.H99-260101-0001-T1",
        "code": "2",
        "message": "Bưu tá đã lấy",
        "at": "2026-03-11T09:00:00+07:00",
    }
    return event | changes


def call(client, body, *, secret=stories.SECRET, age=0, address=ADDRESS, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    stamp = str(int(time.time()) - age)
    signed = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(secret, stamp, raw)} | headers
    return client.post(address, raw, content_type="application/json", headers=signed)


def test_a_signed_event_moves_the_parcel(client, parcel):
    assert call(client, an_event(parcel)).json() == {"ok": True}
    parcel.refresh_from_db()
    assert parcel.state == "picked_up"


def test_a_delivery_told_by_callback_brings_the_dossier_home(client, parcel, finished):
    call(client, an_event(parcel, code="4"))
    finished.refresh_from_db()
    assert finished.status == 10


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "không phải bí mật"},
        {"age": 301},
        {"age": -310},
        {SIGNATURE_HEADER: ""},
        {SIGNATURE_HEADER: "0" * 64},
        {TIMESTAMP_HEADER: ""},
        {TIMESTAMP_HEADER: "9" * 30},
    ],
)
def test_forged_and_expired_calls_are_all_refused_alike(client, db, how):
    answer = call(client, an_event(code="4"), **how)
    assert (answer.status_code, answer.json()["error"]) == (401, "signature refused")
    assert not ParcelEvent.objects.exists()


def test_a_changed_body_is_refused(client, db):
    raw = json.dumps(an_event()).encode()
    stamp = str(int(time.time()))
    headers = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(stories.SECRET, stamp, raw)}
    changed = raw.replace(b'"2"', b'"4"')
    answer = client.post(ADDRESS, changed, content_type="application/json", headers=headers)
    assert answer.status_code == 401


def test_a_replayed_call_is_answered_and_changes_nothing(client, parcel):
    for _ in range(3):
        assert call(client, an_event(parcel)).status_code == 200
    assert ParcelEvent.objects.count() == 1


def test_the_same_event_from_the_feed_and_by_callback_is_one(client, parcel):
    call(client, an_event(parcel, event_id="abc"))
    stories.told(parcel, stories.an_event(parcel, "picked_up", event_id="abc"))
    assert ParcelEvent.objects.count() == 1


def test_an_unknown_order_is_answered_alike_and_left(client, db):
    answer = call(client, an_event(db))
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert not ParcelEvent.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"event_id": ""},
        {"event_id": "x" * 65},
        {"event_id": 7},
        {"order_number": None},
        {"code": ""},
        {"message": "một\x00hai"},
        {"message": "x" * 251},
        {"at": "hôm qua"},
        {"at": "2026-03-11T09:00:00"},
        {"at": "9999-12-31T23:59:59-12:00"},
        {"at": 1767225600},
        {"more": "fields"},
    ],
)
def test_a_wrong_field_is_400_and_never_500(client, db, changes):
    assert call(client, an_event(**changes)).status_code == 400


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 9000, b'{"at": NaN}', b'"\\ud800"'],
)
def test_what_is_no_event_is_400(client, db, body):
    assert call(client, body).status_code == 400


def test_a_half_letter_is_400(client, db):
    raw = json.dumps(an_event(db, message="?")).encode().replace(b"?", b"\\ud800")
    assert call(client, raw).status_code == 400


def test_a_missing_field_is_400(client, db):
    event = an_event()
    del event["at"]
    assert call(client, event).status_code == 400


def test_a_long_body_is_413(client, db):
    assert call(client, an_event(db, message="x" * 20_000)).status_code == 413


def test_a_carrier_we_do_not_know_is_404(client, db):
    address = ADDRESS.replace("vnpost", "bo-cau")
    assert call(client, an_event(), address=address).status_code == 404


def test_only_post(client):
    assert client.get(ADDRESS).status_code == 405


def test_without_a_secret_nothing_is_believed(client, db, settings):
    settings.POSTAL["vnpost"]["callback_secret"] = ""
    assert call(client, an_event(), secret="").status_code == 401


def test_a_guesser_is_slowed_down_and_the_carrier_is_not(client, parcel):
    answers = [call(client, an_event(parcel), secret="sai").status_code for _ in range(32)]
    assert answers.count(401) == 30 and answers[-1] == 429
    assert call(client, an_event(parcel)).status_code == 200
