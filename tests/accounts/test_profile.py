"""The page about oneself."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts import actions
from accounts.models import Province, User, Ward
from notices.models import Notice
from tests.factories import MORNING, PASSWORD, a_person, a_ward

pytestmark = pytest.mark.django_db
PAGE = "/tai-khoan/thong-tin/"


@pytest.fixture
def hoa(client):
    """Self-declared, signed in."""
    hoa = a_person("Nông Thị Hoa", "hoa@example.vn", phone="0987654321")
    client.force_login(hoa)
    return hoa


def answers(**changed):
    return {
        "full_name": "Nông Thị Hoa",
        "birth_date": "1992-05-20",
        "sex": "female",
        "citizen_id": "020192000456",
        "phone": "0987 654 321",
        "province": "20",
        "ward": a_ward().pk,
        "street": "Số 5, khu Nam Quan",
    } | changed


def save(client, **changed):
    return client.post(PAGE, answers(**changed))


def test_the_menu_leads_there(client, hoa):
    assert f'href="{PAGE}"' in client.get(reverse("inbox")).content.decode()


def test_what_is_saved_is_said_and_shown(client, hoa):
    page = client.post(PAGE, answers(), follow=True).content.decode()
    assert "Đã lưu thông tin của bạn." in page
    assert 'value="1992-05-20"' in page and 'value="020192000456"' in page
    hoa.refresh_from_db()
    assert hoa.address == "Số 5, khu Nam Quan, Xã Đồng Đăng, Tỉnh Lạng Sơn"


def test_empty_is_allowed_but_for_the_name(client, hoa):
    blank = dict.fromkeys(answers(), "")
    errors = client.post(PAGE, blank).context["form"].errors
    assert errors == {"full_name": ["Hãy nhập họ và tên."]}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("full_name", "Hoa 123", "Họ và tên chỉ gồm chữ cái"),
        ("birth_date", "2092-01-01", "từ năm 1900 đến hôm nay"),
        ("birth_date", "hôm qua", "Ngày sinh chưa đúng"),
        ("citizen_id", "123", "12 chữ số"),
        ("phone", "12", "Số điện thoại chưa đúng"),
        ("province", "99", "Hãy chọn tỉnh, thành phố trong danh sách."),
        ("ward", "00000", "Hãy chọn xã, phường của tỉnh đã chọn."),
        ("ward", "", "Hãy chọn xã, phường."),
        ("sex", "khác", "không"),
    ],
)
def test_an_error_stands_at_its_field_and_nothing_is_lost(client, hoa, field, value, said):
    page = save(client, **{field: value})
    assert said in " ".join(page.context["form"].errors[field])
    assert 'value="Số 5, khu Nam Quan"' in page.content.decode()
    hoa.refresh_from_db()
    assert hoa.street == ""


def test_without_scripts_a_button_brings_the_wards(client, hoa):
    a_ward()
    other = Province.objects.create(code="01", name="Hà Nội", full_name="Thành phố Hà Nội",
                                    valid_from="2025-07-01")  # fmt: skip
    Ward.objects.create(code="00004", province=other, name="Ba Đình", full_name="Phường Ba Đình",
                        valid_from="2025-07-01")  # fmt: skip
    page = save(client, province="01", **{"chon-tinh": "1", "street": "Số 9"}).content.decode()
    assert "Phường Ba Đình" in page and "Xã Đồng Đăng" not in page
    assert 'value="Số 9"' in page and "Có lỗi cần sửa" not in page


def test_a_ward_that_is_no_more_is_offered_only_to_who_lives_there(client, hoa, binh):
    Ward.objects.filter(pk=a_ward().pk).update(valid_to="2026-01-01")
    User.objects.filter(pk=hoa.pk).update(ward=a_ward())
    assert save(client).status_code == 302
    client.force_login(binh)
    assert "ward" in save(client, phone="0912345678").context["form"].errors


def test_what_was_checked_stays(client, binh):
    client.force_login(binh)
    save(client, full_name="Kẻ Giả Mạo", citizen_id="020192000456", phone="0912345678")
    binh.refresh_from_db()
    assert (binh.full_name, binh.citizen_id) == ("Nguyễn Văn Bình", "020090000123")
    assert binh.street == "Số 5, khu Nam Quan"


def test_what_was_not_known_when_checked_can_be_added(client, binh):
    client.force_login(binh)
    save(client, phone="0912345678")
    binh.refresh_from_db()
    assert (str(binh.birth_date), binh.sex) == ("1992-05-20", "female")


def test_the_page_says_what_is_fixed_and_where_to_have_it_mended(client, binh):
    client.force_login(binh)
    assert "Đã đối chiếu giấy tờ" in client.get(PAGE).content.decode()


def test_the_action_keeps_what_was_checked_whoever_calls_it(binh):
    said = answers(full_name="Kẻ Giả Mạo", birth_date=None, ward=None)
    said.pop("province")
    assert actions.update_profile(user=binh, at=MORNING, **said).full_name == "Nguyễn Văn Bình"


def test_a_new_phone_asks_for_the_password_and_then_is_saved(client, hoa):
    asked = save(client, phone="0911 222 333")
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    client.post(asked["Location"], {"password": PASSWORD})
    hoa.refresh_from_db()
    assert (hoa.phone, hoa.phone_verified, hoa.street) == (
        "0911222333",
        False,
        "Số 5, khu Nam Quan",
    )
    assert Notice.objects.get().subject == "[Cổng Một Cửa] Số điện thoại đăng nhập đã đổi"


def test_the_phone_of_another_account_is_refused(client, hoa, binh):
    said = save(client, phone="+84 912345678").context["form"].errors["phone"]
    assert said == ["Số điện thoại này đã thuộc về tài khoản khác."]


def test_a_phone_taken_at_the_same_moment_is_no_error_page(client, hoa, monkeypatch):
    def collide(**kw):
        raise IntegrityError

    monkeypatch.setattr(actions, "update_profile", collide)
    assert "đã thuộc về" in save(client).context["form"].errors["phone"][0]


def test_the_only_way_to_sign_in_stays(client):
    mai = a_person("Lò Thị Mai", "", phone="0911222333")
    client.force_login(mai)
    assert "cần số điện thoại" in save(client, phone="").context["form"].errors["phone"][0]


def test_strangers_sign_in_first(client):
    assert client.get(PAGE)["Location"].startswith(reverse("account_login"))


def test_fields_that_are_not_asked_change_nothing(client, hoa):
    save(client, auth_level="2", is_staff="1", email="x@example.vn", phone_verified="1")
    hoa.refresh_from_db()
    assert (hoa.auth_level, hoa.is_staff, hoa.email) == (0, False, "hoa@example.vn")
    assert not hoa.phone_verified
