"""The agencies of the demo's province: Lạng Sơn, identifier H37 (domain.md §3.2).

Names of places are real, units and their codes below H37 are arranged for the demo.
"""

from dataclasses import dataclass

from django.conf import settings

from accounts.models import Agency

CITY = "phường Lương Văn Tri, tỉnh Lạng Sơn"


@dataclass(frozen=True, slots=True)
class Unit:
    """An agency as a row to be; `parent` is a code."""

    code: str
    name: str
    short_name: str
    kind: str
    level: str
    address: str
    phone: str
    parent: str | None = None
    ward: str | None = None
    receives: bool = False


@dataclass(frozen=True, slots=True)
class Commune:
    number: int
    ward: str
    name: str
    street: str


COMMUNES = (
    Commune(15, "06184", "xã Đồng Đăng", "Khu Nam Quan"),
    Commune(16, "05977", "phường Đông Kinh", "Số 45, đường Bà Triệu"),
    Commune(17, "06040", "xã Thất Khê", "Số 12, phố Hoàng Văn Thụ"),
)
DEPARTMENTS = (
    (2, "so-tu-phap", "Sở Tư pháp", "Số 3, đường Hoàng Văn Thụ"),
    (3, "so-xay-dung", "Sở Xây dựng", "Số 2, đường Hoàng Văn Thụ"),
    (4, "so-tai-chinh", "Sở Tài chính", "Số 1, đường Hai Bà Trưng"),
    (5, "so-noi-vu", "Sở Nội vụ", "Số 8, đường Hùng Vương"),
    (6, "so-y-te", "Sở Y tế", "Số 50, đường Đinh Tiên Hoàng"),
    (7, "so-gddt", "Sở Giáo dục và Đào tạo", "Số 2, đường Lý Thái Tổ"),
    (8, "so-nnmt", "Sở Nông nghiệp và Môi trường", "Số 1, đường Trần Hưng Đạo"),
    (9, "so-congthuong", "Sở Công Thương", "Số 9, đường Đinh Tiên Hoàng"),
    (10, "so-vhttdl", "Sở Văn hóa, Thể thao và Du lịch", "Số 46, đường Trần Hưng Đạo"),
    (11, "so-khcn", "Sở Khoa học và Công nghệ", "Số 638, đường Bà Triệu"),
)
COMMITTEE = "000.00.00.H37"
PROVINCE_CENTRE = "000.00.01.H37"
POLICE = "000.00.12.H37"
# Under the ministries, not under the province's committee: they receive for themselves.
OWN_DESKS = (
    (12, "cong-an-tinh", "Công an tỉnh Lạng Sơn", "Số 15, đường Hoàng Văn Thụ"),
    (13, "thue-tinh", "Thuế tỉnh Lạng Sơn", "Số 6, đường Hoàng Văn Thụ"),
    (14, "bhxh-tinh", "Bảo hiểm xã hội tỉnh Lạng Sơn", "Số 1, đường Mai Toàn Xuân"),
)


def committee(number: int) -> str:
    return f"000.00.{number:02d}.H37"


def centre(number: int) -> str:
    return f"000.01.{number:02d}.H37"


def police(number: int) -> str:
    return f"000.02.{number:02d}.H37"


def _phone(number: int, unit: int = 0) -> str:
    return f"0205 3 8{number:02d} {unit:03d}"


def units() -> list[Unit]:
    """Parents before their children."""
    found = [
        Unit(COMMITTEE, "Ủy ban nhân dân tỉnh Lạng Sơn", "UBND tỉnh", "ubnd-tinh", "province",
             f"Số 1, đường Hùng Vương, {CITY}", _phone(0)),
        Unit(PROVINCE_CENTRE, "Trung tâm Phục vụ hành chính công tỉnh Lạng Sơn",
             "TTPVHCC tỉnh", "ttpvhcc-tinh", "province",
             f"Đường Hùng Vương, {CITY}", _phone(1), parent=COMMITTEE, receives=True),
    ]  # fmt: skip
    for number, kind, name, street in DEPARTMENTS:
        found.append(
            Unit(
                committee(number),
                f"{name} tỉnh Lạng Sơn",
                name,
                kind,
                "province",
                f"{street}, {CITY}",
                _phone(number),
                parent=COMMITTEE,
            )
        )
    for number, kind, name, street in OWN_DESKS:
        found.append(
            Unit(
                committee(number),
                name,
                "",
                kind,
                "province",
                f"{street}, {CITY}",
                _phone(number),
                receives=True,
            )
        )
    return found + [unit for commune in COMMUNES for unit in _commune_units(commune)]


def _commune_units(place: Commune) -> list[Unit]:
    number, ward = place.number, place.ward
    at = f"{place.street}, {place.name}, tỉnh Lạng Sơn"
    return [
        Unit(committee(number), f"Ủy ban nhân dân {place.name}", f"UBND {place.name}", "ubnd-xa",
             "commune", at, _phone(number), parent=COMMITTEE, ward=ward),
        Unit(centre(number), f"Trung tâm Phục vụ hành chính công {place.name}",
             f"TTPVHCC {place.name}", "ttpvhcc-xa", "commune", at, _phone(number, 1),
             parent=committee(number), ward=ward, receives=True),
        Unit(police(number), f"Công an {place.name}", "", "cong-an-xa", "commune", at,
             _phone(number, 2), parent=POLICE, ward=ward, receives=True),
    ]  # fmt: skip


def load_agencies() -> dict[str, Agency]:
    """Make those that are missing; all of them by code. What somebody edited stays."""
    wanted = units()
    found = Agency.objects.in_bulk([unit.code for unit in wanted], field_name="code")
    missing = [unit for unit in wanted if unit.code not in found]
    made = Agency.objects.bulk_create(
        Agency(
            code=unit.code,
            name=unit.name,
            short_name=unit.short_name,
            kind=unit.kind,
            level=unit.level,
            ward_id=unit.ward,
            address=unit.address,
            phone=unit.phone,
            receives=unit.receives,
            form_set=settings.SLIP_FORM_SET,
        )
        for unit in missing
    )
    found |= {agency.code: agency for agency in made}
    for unit in missing:
        if unit.parent:
            found[unit.code].parent = found[unit.parent]
    Agency.objects.bulk_update(made, ["parent"])
    return found


def accepting(kind: str, agencies: dict[str, Agency]) -> list[tuple[Agency, Agency]]:
    """Pairs (receiving, deciding) for a kind of executing agency: communes and departments
    receive in their one-stop centre, the police, taxes and insurance themselves."""
    deciding = [agency for agency in agencies.values() if agency.kind == kind]
    if kind == "ubnd-xa":
        return [(agencies["000.01" + agency.code[6:]], agency) for agency in deciding]
    if kind.startswith("so-") or kind == "ubnd-tinh":
        return [(agencies[PROVINCE_CENTRE], agency) for agency in deciding]
    return [(agency, agency) for agency in deciding]
