"""The demo's people: bin/demo prints them (var/demo-accounts.txt), journeys sign in as them."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import Agency, Position, User
from accounts.roles import Role
from portal.demo import agencies as units
from portal.demo.agencies import centre, committee, police

PASSWORD = "motcua-2026"
DONG_DANG = 15
_AT_DESK = (Role.RECEPTION, Role.CASHIER, Role.CLERK, Role.POSTAL)
_DECIDES = (Role.SPECIALIST, Role.LEADER)


@dataclass(frozen=True, slots=True)
class Person:
    """`works`: (agency code, role) pairs. `shown`: what the list of accounts says of them."""

    email: str
    full_name: str
    shown: str
    phone: str
    fields: dict[str, Any] = field(default_factory=dict)
    works: tuple[tuple[str, str], ...] = ()


def _all(codes: list[str], roles: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((code, role) for code in codes for role in roles)


BINH = Person(
    "binh@example.vn", "Nguyễn Văn Bình", "công dân, tài khoản đã xác thực", "0912345678",
    {"citizen_id": "020090000123", "birth_date": date(1990, 5, 12), "sex": "male",
     "auth_level": 1, "ward_id": "06184", "street": "Số 5, khu Nam Quan"},
)  # fmt: skip
HOA = Person(
    "hoa@example.vn", "Trần Thị Hoa", "công dân, tài khoản tự khai", "0987654321",
    {"citizen_id": "020195000456", "birth_date": date(1995, 11, 3), "sex": "female",
     "ward_id": "05977", "street": "Số 20, đường Phai Vệ"},
)  # fmt: skip
LAN = Person(
    "lan@example.vn", "Hoàng Thị Lan", "tiếp nhận, thu phí – xã Đồng Đăng", "02053810001",
    works=_all([centre(DONG_DANG)], (Role.RECEPTION, Role.CASHIER)),
)  # fmt: skip
HUNG = Person(
    "hung@example.vn", "Lý Văn Hùng", "thẩm định, ký, xem số liệu – UBND xã Đồng Đăng",
    "02053810002",
    works=_all([committee(DONG_DANG)], _DECIDES),
)  # fmt: skip
NGAN = Person(
    "ngan@example.vn", "Chu Thị Ngân", "thẩm định – Ủy ban nhân dân xã Đồng Đăng", "02053810010",
    works=_all([committee(DONG_DANG)], (Role.SPECIALIST,)),
)  # fmt: skip
MAI = Person(
    "mai@example.vn", "Nông Thị Mai", "văn thư, bưu chính – xã Đồng Đăng", "02053810003",
    works=_all([centre(DONG_DANG)], (Role.CLERK, Role.POSTAL)),
)  # fmt: skip
SON = Person(
    "son@example.vn", "Triệu Văn Sơn", "mọi vai – Công an tỉnh và ba Công an xã", "02053810004",
    works=_all([units.POLICE, *(police(place.number) for place in units.COMMUNES)],
               _AT_DESK + _DECIDES),
)  # fmt: skip
THU = Person(
    "thu@example.vn", "Vi Thị Thu", "mọi vai – Trung tâm tỉnh và các sở; số liệu cả tỉnh",
    "02053810005",
    works=_all([units.PROVINCE_CENTRE], _AT_DESK)
    + _all([units.COMMITTEE], (Role.MANAGER,))
    + _all([committee(row[0]) for row in units.DEPARTMENTS], _DECIDES),
)  # fmt: skip
THAO = Person(
    "thao@example.vn", "Lâm Phương Thảo", "mọi vai – phường Đông Kinh, xã Thất Khê", "02053810006",
    works=_all([centre(number) for number in (16, 17)], _AT_DESK)
    + _all([committee(number) for number in (16, 17)], _DECIDES),
)  # fmt: skip
CUC = Person(
    "cuc@example.vn", "Đào Thị Cúc", "biên tập thủ tục – soạn bản mới", "02053810007",
    works=_all([units.PROVINCE_CENTRE], (Role.CATALOGUE,)),
)  # fmt: skip
DUNG = Person(
    "dung@example.vn", "Vương Tiến Dũng", "biên tập thủ tục – duyệt, công bố", "02053810008",
    works=_all([units.PROVINCE_CENTRE], (Role.CATALOGUE,)),
)  # fmt: skip
ADMIN = Person(
    "quantri@example.vn", "Quản trị hệ thống", "quản trị danh mục; đặt lại hạn – xã Đồng Đăng",
    "02053810009",
    {"is_staff": True, "is_superuser": True},
    works=_all([centre(DONG_DANG)], (Role.SYSADMIN,)),
)  # fmt: skip
PEOPLE = (BINH, HOA, LAN, HUNG, NGAN, MAI, SON, THU, THAO, CUC, DUNG, ADMIN)


def load_people(agencies: dict[str, Agency]) -> dict[str, User]:
    """Make those that are missing; all of them by e-mail. A changed password stays changed."""
    rows = User.objects.filter(email__in=[person.email for person in PEOPLE])
    found = {str(user.email): user for user in rows}
    missing = [person for person in PEOPLE if person.email not in found]
    if not missing:
        return found
    # One hash for all: it takes a second each, and everybody may know this password.
    password = make_password(PASSWORD)
    made = User.objects.bulk_create(
        User(
            email=person.email,
            full_name=person.full_name,
            phone=person.phone,
            password=password,
            **person.fields,
        )
        for person in missing
    )
    found |= {str(user.email): user for user in made}
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in made
    )
    Position.objects.bulk_create(
        Position(user=found[person.email], agency=agencies[code], role=role)
        for person in missing
        for code, role in person.works
    )
    return found


def write_list() -> Path:
    """The accounts as a person at the terminal reads them; bin/demo prints this file."""
    lines = [f"Tài khoản chạy thử (mật khẩu chung: {PASSWORD}):"]
    lines += [f"  {person.email:<20} {person.full_name:<18} {person.shown}" for person in PEOPLE]
    lines += [
        "Trang cán bộ: /mot-cua/ · số liệu: /bao-cao/ · biên tập thủ tục: /quan-tri/",
        f"Quản trị: /{settings.ADMIN_PATH}/ · thư đã gửi: /thu-da-gui/",
    ]
    path = settings.VAR_DIR / "demo-accounts.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Path(path)
