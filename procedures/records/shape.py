"""The shape of a record, as one table: checks, differences, the editor and spreadsheets read it.

Labels are those of a procedure page (domain.md §8.1). Limits are three to five times what the
real catalogue holds (25 cases, 23 papers in one, names of 4,710 characters)."""

from collections.abc import Mapping
from typing import Any

from accounts.roles import Role
from procedures.levels import Level, ServiceType
from procedures.models import (
    AdditionPolicy,
    ChannelKind,
    Collected,
    FeeKind,
    RequirementOnline,
    TimeUnit,
)
from procedures.reference import AGENCY_KINDS, RETURN_WORDS

from .kinds import (
    Block,
    Choice,
    Code,
    Day,
    FileRef,
    Flag,
    Key,
    Notes,
    Number,
    Problem,
    Rows,
    Text,
    Url,
    Words,
)

LIST_LIMIT = 100
NAME = 8000  # characters of a paper's, case's or fee's name
LONG = 20_000


def _choices(choices: Any) -> tuple[tuple[Any, str], ...]:
    return tuple((value, str(words)) for value, words in choices.choices)


FORM_FILE = Block(
    "Tệp mẫu",
    {"name": Text("Tên tệp", longest=250), "file": FileRef("Tệp đã tải lên")},
)
REQUIREMENT = Block(
    "Giấy tờ",
    {
        "key": Key("Khóa"),
        "name": Text("Tên giấy tờ", longest=NAME, lines=True, needed=True),
        "is_note": Flag("Chỉ là ghi chú"),
        "original": Number("Bản chính", high=1000),
        "copies": Number("Bản sao", high=1000),
        "mandatory": Flag("Bắt buộc", default=True),
        "online": Choice(
            "Khi nộp trực tuyến",
            choices=_choices(RequirementOnline),
            default=RequirementOnline.UPLOAD.value,
        ),
        "form_title": Text("Mẫu đơn, tờ khai", longest=1000),
        "forms": Rows("Tệp mẫu đơn, tờ khai", block=FORM_FILE, one="Tệp", most=20, identity="name"),
        "sample": FileRef("Bản điền mẫu", purpose="sample"),
        "note": Text("Ghi chú", longest=LONG, lines=True),
        "reuse_type": Text("Loại giấy tờ dùng lại", longest=60),
    },
)
CASE = Block(
    "Trường hợp",
    {
        "key": Key("Khóa"),
        "name": Text("Trường hợp", longest=NAME, lines=True, needed=True),
        "hint": Text("Khi nào chọn", longest=LONG, lines=True),
        "requirements": Rows(
            "Giấy tờ",
            block=REQUIREMENT,
            one="Giấy tờ",
            most=LIST_LIMIT,
            identity="key",
            unique=True,
        ),
    },
)
FEE = Block(
    "Phí, lệ phí",
    {
        "name": Text("Tên", longest=NAME, lines=True, needed=True),
        "kind": Choice("Loại", choices=_choices(FeeKind), default=FeeKind.LE_PHI.value),
        # None: not a sum of đồng (see the note); 0: free.
        "amount": Number("Số tiền (đồng)", high=10**12, default=None),
        "unit": Text("Đơn vị", longest=60),
        "collected": Choice(
            "Thu khi", choices=_choices(Collected), default=Collected.RECEPTION.value
        ),
        "note": Text("Ghi chú", longest=LONG, lines=True),
        "exemption": Text("Miễn, giảm", longest=LONG, lines=True),
    },
)
CHANNEL = Block(
    "Cách thức thực hiện",
    {
        "kind": Choice("Hình thức nộp", choices=_choices(ChannelKind), needed=True),
        "time": Number("Thời hạn", default=None),
        "unit": Choice("Đơn vị", choices=_choices(TimeUnit), default=TimeUnit.NONE.value),
        "time_text": Text("Thời hạn giải quyết", longest=250, needed=True),
        "description": Text("Mô tả", longest=LONG, lines=True),
        "fees": Rows("Phí, lệ phí", block=FEE, one="Khoản", most=LIST_LIMIT, identity="name"),
    },
)
STEP = Block(
    "Bước",
    {
        "title": Text("Bước", longest=250),
        "text": Text("Nội dung", longest=LONG, lines=True, needed=True),
    },
)
LEGAL = Block(
    "Văn bản",
    {
        "number": Text("Số văn bản", longest=80, needed=True),
        "name": Text("Tên văn bản", longest=NAME),
        "issued": Day("Ngày ban hành"),
        "issuer": Text("Cơ quan ban hành", longest=200),
    },
)
RESULT = Block(
    "Kết quả",
    {
        "code": Text("Mã kết quả", longest=60),
        "name": Text("Tên kết quả", longest=NAME, lines=True, needed=True),
        "returns": Words("Cách trả", among=tuple(RETURN_WORDS.items())),
    },
)
PROCESS = Block(
    "Bước nội bộ",
    {
        "role": Choice("Vai trò", choices=_choices(Role), needed=True),
        "name": Text("Việc làm", longest=250, needed=True),
        "hours": Number("Giờ làm việc", high=10_000),
    },
)
MEDIA_KINDS = (("video", "Video"), ("image", "Hình ảnh"), ("document", "Tài liệu"))
MEDIA = Block(
    "Hướng dẫn",
    {
        "kind": Choice("Loại", choices=MEDIA_KINDS, default="document"),
        "title": Text("Tên", longest=250, needed=True),
        "url": Url("Địa chỉ"),
        "file": FileRef("Tệp đã tải lên", purpose="guidance"),
        "text": Text("Lời của video, nội dung của hình", longest=LONG, lines=True),
    },
)
RECORD = Block(
    "",
    {
        "code": Code("Mã thủ tục", needed=True),
        "name": Text("Tên thủ tục", longest=NAME, needed=True),
        "sector": Text("Lĩnh vực", longest=200, needed=True),
        "life_events": Words("Sự kiện", longest=100, most=30),
        "level": Choice("Mức độ", choices=_choices(Level), default=None, needed=True),
        "service_type": Choice(
            "Loại dịch vụ", choices=_choices(ServiceType), default="", needed=True
        ),
        "service_type_reason": Text("Lý do khác mặc định", longest=250),
        "decision_no": Text("Số quyết định", longest=80),
        "decision_date": Day("Ngày quyết định"),
        "issuing_agency": Text("Cơ quan công bố", longest=200),
        "kind": Text("Loại thủ tục", longest=200),
        "administrative_level": Text("Cấp thực hiện", longest=100),
        "executing": Words(
            "Loại cơ quan tiếp nhận", longest=40, most=60, names=tuple(AGENCY_KINDS.items())
        ),
        "executing_text": Text("Cơ quan thực hiện", longest=LONG, lines=True, needed=True),
        "authority": Text("Cơ quan có thẩm quyền", longest=LONG, lines=True),
        "coordinating": Text("Cơ quan phối hợp", longest=LONG, lines=True),
        "reception_address": Text("Địa chỉ tiếp nhận hồ sơ", longest=LONG, lines=True),
        "audiences": Words("Đối tượng thực hiện", longest=250, most=30),
        "audience_note": Text("Mô tả đối tượng", longest=LONG, lines=True),
        "summary": Text("Tóm tắt", longest=2000, lines=True),
        "keywords": Words("Từ khóa", longest=100, most=60),
        "conditions": Text("Yêu cầu, điều kiện thực hiện", longest=60_000, lines=True),
        "online_only": Flag("Chỉ nhận trực tuyến"),
        "result_types": Rows(
            "Kết quả thực hiện", block=RESULT, one="Kết quả", most=LIST_LIMIT, identity="name"
        ),
        "legal_basis": Rows(
            "Căn cứ pháp lý", block=LEGAL, one="Văn bản", most=LIST_LIMIT, identity="number"
        ),
        "steps": Rows("Trình tự thực hiện", block=STEP, one="Bước", most=LIST_LIMIT, needed=True),
        "cases": Rows(
            "Thành phần hồ sơ",
            block=CASE,
            one="Trường hợp",
            most=60,
            identity="key",
            unique=True,
            needed=True,
        ),
        "channels": Rows(
            "Cách thức thực hiện", block=CHANNEL, one="Cách", most=30, identity="kind", needed=True
        ),
        "process": Rows("Quy trình nội bộ", block=PROCESS, one="Bước", most=40, identity="name"),
        "related": Words("Thủ tục liên quan", longest=40, most=60),
        "chained": Words("Thủ tục liên thông", longest=40, most=20),
        "media": Rows("Hướng dẫn bằng hình", block=MEDIA, one="Mục", most=30, identity="title"),
        "intake_hours": Number("Hạn tiếp nhận (giờ làm việc)", low=1, high=400, default=8),
        "addition_policy": Choice(
            "Khi yêu cầu bổ sung",
            choices=_choices(AdditionPolicy),
            default=AdditionPolicy.RESET.value,
        ),
        "addition_days": Number("Hạn bổ sung (ngày)", low=1, high=400, default=30),
        "retention_years": Number("Thời hạn lưu (năm)", low=1, high=1000, default=20),
        "source_url": Url("Nguồn"),
    },
    ignored=frozenset({"eform"}),
)


def normal(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """(the record with every field and in our order, what is wrong with its shape). A field
    that cannot be read is empty in the record."""
    notes = Notes()
    return RECORD.read(data, "", "", notes), notes.problems
