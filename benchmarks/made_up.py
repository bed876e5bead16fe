"""Ten thousand procedures for the search: names put together of words of the trade, seeded."""

import random
from datetime import date

from django.db import connection
from django.utils import timezone

from procedures import stamps
from procedures.models import Channel, Fee, LifeEvent, Procedure, ProcedureVersion, Sector
from procedures.search import columns

ACTS = (
    "Cấp", "Cấp lại", "Cấp đổi", "Gia hạn", "Thu hồi", "Đăng ký", "Đăng ký lại", "Xác nhận",
    "Công nhận", "Phê duyệt", "Thẩm định", "Chấm dứt", "Điều chỉnh", "Bổ sung", "Thông báo",
    "Chuyển nhượng", "Công bố", "Xóa đăng ký", "Tạm ngừng", "Khôi phục",
)  # fmt: skip
KINDS = (
    "giấy phép", "chứng chỉ hành nghề", "giấy chứng nhận đủ điều kiện", "quyết định", "thẻ",
    "giấy xác nhận", "hồ sơ thiết kế", "phương án", "kế hoạch", "hợp đồng", "báo cáo đánh giá",
    "giấy đăng ký hoạt động", "văn bằng", "phù hiệu", "số lưu hành", "mã số",
)  # fmt: skip
THINGS = (
    "kinh doanh xăng dầu", "khai thác khoáng sản", "xây dựng nhà ở riêng lẻ", "hành nghề y",
    "bán lẻ rượu", "vận tải hành khách", "sử dụng đất nông nghiệp", "nuôi trồng thủy sản",
    "sản xuất thuốc thú y", "tổ chức biểu diễn nghệ thuật", "xuất bản bản tin", "dạy nghề",
    "quảng cáo ngoài trời", "khai thác nước ngầm", "phòng cháy chữa cháy", "giống cây lâm nghiệp",
    "trang thiết bị y tế", "thành lập văn phòng đại diện", "an toàn bức xạ", "lưu hành mỹ phẩm",
    "du lịch lữ hành quốc tế", "giám định tư pháp", "đấu giá tài sản", "công chứng viên",
    "trợ giúp xã hội", "bảo trợ trẻ em mồ côi", "chăn nuôi gia súc", "viễn thông công cộng",
    "mua bán hóa chất", "vật liệu nổ công nghiệp", "đo đạc bản đồ", "khí tượng thủy văn",
    "nhập khẩu phế liệu", "xử lý chất thải nguy hại", "bến thủy nội địa", "đăng kiểm phương tiện",
    "sát hạch lái xe", "hộ kinh doanh cá thể", "hợp tác xã nông nghiệp", "quỹ từ thiện",
)  # fmt: skip
WHERE = (
    "", "trên địa bàn tỉnh", "cấp xã", "thuộc thẩm quyền của Sở", "có yếu tố nước ngoài",
    "đối với tổ chức", "đối với cá nhân", "lần đầu", "do bị mất, bị hỏng", "tại khu vực biên giới",
    "cho doanh nghiệp nhỏ và vừa", "trong khu công nghiệp", "theo quy hoạch", "do thay đổi tên",
)  # fmt: skip
_CHUNK = 2000


def names(count: int) -> list[str]:
    chance = random.Random(2026)
    found: dict[str, None] = {}
    while len(found) < count:
        parts = (chance.choice(ACTS), chance.choice(KINDS), chance.choice(THINGS))
        found[" ".join([*parts, chance.choice(WHERE)]).strip()] = None
    return list(found)


def fill(count: int) -> None:
    """Until `count` are published, each with two ways of filing and a fee; then ANALYZE."""
    chance = random.Random(2027)
    sectors = [
        Sector.objects.get_or_create(name=f"Lĩnh vực {n}", slug=f"linh-vuc-{n}")[0]
        for n in range(120)
    ]
    events = list(LifeEvent.objects.all())
    missing = count - Procedure.objects.count()
    made = [_row(n, name, chance, sectors) for n, name in enumerate(names(missing))]
    procedures = Procedure.objects.bulk_create((one for one, _ in made), batch_size=_CHUNK)
    versions = []
    for procedure, version in made:
        version.procedure = procedure
        versions.append(version)
    ProcedureVersion.objects.bulk_create(versions, batch_size=_CHUNK)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procedures_procedure p SET current_id = v.id "
            "FROM procedures_procedureversion v "
            "WHERE v.procedure_id = p.id AND p.current_id IS NULL"
        )
    _ways(versions, chance)
    link = Procedure.life_events.through
    link.objects.bulk_create(
        link(procedure_id=one.pk, lifeevent_id=chance.choice(events).pk) for one in procedures
    )
    stamps.changed()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _row(
    number: int, name: str, chance: random.Random, sectors: list[Sector]
) -> tuple[Procedure, ProcedureVersion]:
    level = chance.randint(1, 4)
    sector = chance.choice(sectors)
    procedure = Procedure(
        code=f"9.{number:06d}", name=name, sector=sector, popularity=chance.randint(0, 5000)
    )
    words = name.lower().split()
    at = chance.randrange(max(1, len(words) - 3))
    record = {
        "keywords": [" ".join(words[at : at + 3]), " ".join(words[-2:])],
        "summary": f"{name} theo quy định của pháp luật, nộp tại cơ quan tiếp nhận hồ sơ.",
        "result_types": [{"name": f"Kết quả {name.lower()}"}],
        "audiences": [chance.choice(("Công dân Việt Nam", "Doanh nghiệp", "Hợp tác xã"))],
        "level": level,
        "channels": [{"kind": "online", "fees": [{"amount": number % 3 * 10_000}]}],
    }
    columns.describe(procedure, record)
    version = ProcedureVersion(
        number=1, state="published", name=name, sector_name=sector.name, level=level,
        service_type={1: "INFO", 2: "INFO", 3: "PARTIAL", 4: "FULL"}[level],
        executing_text="Ủy ban nhân dân cấp xã", keywords=record["keywords"],
        audiences=record["audiences"], summary=record["summary"],
        effective_from=date(2026, 1, 1), published_at=timezone.now(),
    )  # fmt: skip
    return procedure, version


def _ways(versions: list[ProcedureVersion], chance: random.Random) -> None:
    ways = [
        Channel(
            version=version, kind=kind, time=chance.randint(1, 30), unit="working_day",
            time_text="ngày làm việc", order=order,
        )
        for version in versions
        for order, kind in enumerate(("online", "direct"))
    ]  # fmt: skip
    Channel.objects.bulk_create(ways, batch_size=_CHUNK)
    Fee.objects.bulk_create(
        (
            Fee(channel=way, name="Lệ phí", kind="le_phi", amount=chance.randint(0, 3) * 10_000)
            for way in ways
        ),
        batch_size=_CHUNK,
    )
