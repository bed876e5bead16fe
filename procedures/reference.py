"""Names the catalogue's records and pages share: life events, kinds of agencies, audiences."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventCard:
    """A life event (sự kiện) of the national portal, domain.md §8.1."""

    name: str
    icon: str
    for_business: bool = False


EVENTS: tuple[EventCard, ...] = (
    EventCard("Có con nhỏ", "baby"),
    EventCard("Học tập", "school"),
    EventCard("Việc làm", "briefcase"),
    EventCard("Cư trú và giấy tờ tùy thân", "id-card"),
    EventCard("Hôn nhân và gia đình", "rings"),
    EventCard("Điện lực, nhà ở, đất đai", "home"),
    EventCard("Sức khỏe và y tế", "heart"),
    EventCard("Phương tiện và người lái", "car"),
    EventCard("Hưu trí", "cane"),
    EventCard("Người thân qua đời", "candle"),
    EventCard("Giải quyết khiếu kiện", "scale"),
    EventCard("Khởi sự kinh doanh", "store", True),
    EventCard("Lao động và bảo hiểm xã hội", "users", True),
    EventCard("Tài chính doanh nghiệp", "coin", True),
    EventCard("Điện lực, đất đai, xây dựng", "building", True),
    EventCard("Thương mại, quảng cáo", "package", True),
    EventCard("Sở hữu trí tuệ", "star", True),
    EventCard("Thành lập chi nhánh, văn phòng đại diện", "pin", True),
    EventCard("Đấu thầu", "file-check", True),
    EventCard("Tái cấu trúc doanh nghiệp", "process", True),
    EventCard("Giải quyết tranh chấp", "chat", True),
    EventCard("Tạm dừng, chấm dứt hoạt động", "stop", True),
)
EVENT_CARDS = {card.name: card for card in EVENTS}

# Kinds of agencies that accept dossiers, as a citizen names them (Agency.kind).
AGENCY_KINDS: dict[str, str] = {
    "ubnd-xa": "Ủy ban nhân dân xã, phường",
    "cong-an-xa": "Công an xã, phường",
    "cong-an-tinh": "Công an tỉnh",
    "so-tu-phap": "Sở Tư pháp",
    "so-xay-dung": "Sở Xây dựng",
    "so-tai-chinh": "Sở Tài chính",
    "so-noi-vu": "Sở Nội vụ",
    "so-y-te": "Sở Y tế",
    "so-gddt": "Sở Giáo dục và Đào tạo",
    "so-nnmt": "Sở Nông nghiệp và Môi trường",
    "so-congthuong": "Sở Công Thương",
    "so-vhttdl": "Sở Văn hóa, Thể thao và Du lịch",
    "so-khcn": "Sở Khoa học và Công nghệ",
    "thue-tinh": "Thuế tỉnh",
    "bhxh-tinh": "Bảo hiểm xã hội tỉnh",
    "ubnd-tinh": "Ủy ban nhân dân tỉnh",
}

# Đối tượng thực hiện: address part → the name that versions hold.
AUDIENCES: dict[str, str] = {
    "cong-dan": "Công dân Việt Nam",
    "dinh-cu-nuoc-ngoai": "Người Việt Nam định cư ở nước ngoài",
    "nguoi-nuoc-ngoai": "Người nước ngoài",
    "doanh-nghiep": "Doanh nghiệp",
    "hop-tac-xa": "Hợp tác xã",
    "to-chuc": "Tổ chức (không bao gồm doanh nghiệp, HTX)",
}

# Mức độ, as a citizen reads it: the service types of NĐ 42/2022/NĐ-CP with what one can do.
LEVEL_WORDS: dict[int, str] = {
    4: "Toàn trình: nộp và nhận kết quả trực tuyến",
    3: "Một phần: nộp hồ sơ trực tuyến",
    2: "Cung cấp thông tin và biểu mẫu",
    1: "Cung cấp thông tin",
}
RETURN_WORDS: dict[str, str] = {
    "desk": "Nhận tại nơi nộp hồ sơ",
    "online": "Nhận bản điện tử trên cổng",
    "post": "Nhận tại nhà qua bưu chính công ích (trả thêm cước)",
}
