"""The VNPost client against its sandbox, over TCP."""

import socket
import threading
from datetime import UTC, datetime

import pytest

from portal.lib.http import Final, PartnerSession, Retryable, Unknown
from postal.carriers.base import OrderRequest, Party, Stage
from postal.carriers.vnpost import mapping
from postal.carriers.vnpost.client import VNPost, VNPostConfig, _event
from tests.postal.carrier import carrier_process

LAN = Party("Trung tâm Phục vụ hành chính công", "02053812345", "Số 2 Hùng Vương", "20")
BINH = Party("Nguyễn Văn Bình", "0912345678", "Thôn Nà Dài, xã Đồng Đăng", "20")


def order(number="000.00.15.H37-260105-0001-T1", receiver=BINH):
    return OrderRequest(number, LAN, receiver, contents="Kết quả hồ sơ")


@pytest.fixture(scope="module")
def post(tmp_path_factory):
    with carrier_process(tmp_path_factory.mktemp("vnpost")) as carrier:
        yield carrier


@pytest.fixture
def client(post):
    post.faults()
    config = VNPostConfig(post.url, "demo-key", "demo-secret", "DEMO01")
    client = VNPost(config, PartnerSession(post.url, timeout=(1, 1)))
    yield client
    client._session.close()


def test_an_order_is_taken_and_gets_a_tracking_number(client, post):
    reply = client.create_order(order("H-1-T1"))
    assert (reply.duplicate, reply.tracking_no[:2], len(reply.tracking_no)) == (False, "EB", 13)


def test_the_second_order_with_the_same_number_is_a_success_and_no_second_parcel(client, post):
    client.create_order(order("H-2-T1"))
    assert client.create_order(order("H-2-T1")).duplicate
    assert post.physical()["H-2-T1"] == 1


def test_without_the_key_the_partner_doubles(client, post):
    """The twin: this is what the key is for."""
    post.faults(dedup=False)
    for _ in range(2):
        client.create_order(order("H-3-T1"))
    assert post.physical()["H-3-T1"] == 2


def test_our_province_code_becomes_theirs(client, post):
    client.create_order(order("H-4-T1"))
    assert post.rows(
        "SELECT json_extract(body, '$.ReceiverProvince') FROM parcels WHERE order_number='H-4-T1'"
    ) == [("24",)]


def test_a_province_without_code_is_final(client):
    with pytest.raises(Final, match="Chưa có mã bưu chính"):
        client.create_order(order("H-5-T1", Party("Bình", "0912345678", "Số 1", "77")))


def test_what_they_refuse_is_final_with_their_sentence(client):
    with pytest.raises(Final, match="Số điện thoại người nhận không hợp lệ"):
        client.create_order(order("H-6-T1", Party("Bình", "12", "Số 1", "20")))


@pytest.mark.parametrize(
    ("kind", "error", "parcels"),
    [
        ("429", Retryable, 0),
        ("503", Retryable, 0),
        ("500", Unknown, 0),
        ("500_after", Unknown, 1),
        ("cut_before", Unknown, 0),
        ("cut", Unknown, 1),
        ("timeout", Unknown, 1),
        ("wrong_json", Unknown, 1),
    ],
)
def test_each_fault_has_its_error(client, post, kind, error, parcels):
    post.faults(fail=[{"kind": kind}], hold_seconds=1.5)
    with pytest.raises(error):
        client.create_order(order(f"F-{kind}-T1"))
    assert post.physical().get(f"F-{kind}-T1", 0) == parcels


@pytest.mark.parametrize("kind", ["409", "101"])
def test_already_there_is_success(client, post, kind):
    post.faults(fail=[{"kind": kind}])
    assert client.create_order(order(f"D-{kind}-T1")).duplicate


def test_nobody_listening_is_retryable():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(Retryable):
            VNPost(VNPostConfig(url, "k", "s", "C")).create_order(order())


def test_an_order_is_found_by_our_number(client):
    client.create_order(order("H-7-T1"))
    assert client.find_order("H-7-T1").tracking_no.startswith("EB")
    assert client.find_order("H-8-T1") is None


def test_a_token_they_forgot_is_renewed_once(client, post):
    client.create_order(order("H-9-T1"))
    post.control("tokens/revoke")
    assert not client.create_order(order("H-10-T1")).duplicate


def test_one_token_serves_many_calls(client, post):
    client.find_order("H-7-T1")
    token = client._token
    for _ in range(3):
        client.find_order("H-7-T1")
    assert client._token == token


def test_threads_share_one_client(client):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(client.find_order("H-7-T1"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8


def test_wrong_credentials_wait_for_better_ones(post):
    config = VNPostConfig(post.url, "demo-key", "sai", "DEMO01")
    client = VNPost(config, PartnerSession(post.url))
    with pytest.raises(Retryable, match="tài khoản kết nối"):
        client.create_order(order("H-11-T1"))
    client._session.close()


def test_cancel_twice_is_silent_and_late_is_final(client, post):
    client.create_order(order("H-12-T1"))
    client.cancel("H-12-T1")
    client.cancel("H-12-T1")
    client.create_order(order("H-13-T1"))
    post.advance("H-13-T1", "picked_up")
    with pytest.raises(Final, match="không hủy được"):
        client.cancel("H-13-T1")


def test_the_feed_is_read_page_by_page_without_gap_or_repeat(client, post):
    client.create_order(order("H-14-T1"))
    post.advance("H-14-T1", "picked_up", "in_transit", "delivered")
    seen, after = [], client.first_cursor
    while page := client.feed(after, 2):
        seen += page
        after = page[-1].event_id
    mine = [client.stage(event.code) for event in seen if event.order_number == "H-14-T1"]
    assert mine == [Stage.ACCEPTED, Stage.PICKED_UP, Stage.IN_TRANSIT, Stage.DELIVERED]
    assert len({event.event_id for event in seen}) == len(seen)
    assert all(event.at.tzinfo for event in seen)


def test_an_unknown_status_is_in_transit(client):
    assert client.stage("BK77") is Stage.IN_TRANSIT


def test_settings_may_replace_both_tables():
    config = VNPostConfig.from_settings(
        {
            "url": "http://127.0.0.1:1",
            "consumer_key": "k",
            "consumer_secret": "s",
            "customer_code": "C",
            "statuses": {"BK77": "returned"},
            "provinces": {"20": "99"},
        }
    )
    client = VNPost(config)
    assert client.stage("BK77") is Stage.RETURNED
    assert client._order_body(order())["ReceiverProvince"] == "99"


def test_every_province_in_force_has_its_code():
    assert len(mapping.PROVINCES) == len(set(mapping.PROVINCES.values())) == 34


@pytest.mark.parametrize(
    ("event_id", "expected"),
    [
        # 0x6955b900 = 1767225600 = 2026-01-01 00:00:00 UTC
        ("6955b9000000000000000001", datetime(2026, 1, 1, tzinfo=UTC)),
        ("0" * 24, None),
        ("f" * 24, None),
        ("123", None),
    ],
)
def test_a_feed_id_tells_its_time(event_id, expected):
    assert mapping.time_of_id(event_id, datetime(2026, 6, 1, tzinfo=UTC)) == expected


def test_a_row_of_the_feed_comes_without_what_no_column_holds():
    row = {"id": "65f\x00aa", "orderNumber": "H37-1-T1", "statusCode": "4\x00"}
    event = _event(row | {"statusMessage": "Đã phát\x00 \ud800"}, datetime.now(UTC))
    assert (event.event_id, event.code, event.message) == ("65faa", "4", "Đã phát ?")


def test_a_row_whose_id_is_nothing_but_nul_is_left_out():
    assert _event({"id": "\x00", "orderNumber": "H37-1-T1"}, datetime.now(UTC)) is None
