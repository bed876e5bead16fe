"""Which fields of a record stand on which page."""

from dataclasses import dataclass
from typing import Any

from procedures.records.kinds import Block, Rows
from procedures.records.shape import CASE, CHANNEL, RECORD

# Rows shown at once; a case of 100 papers has four pages.
WINDOW = 25


@dataclass(frozen=True, slots=True)
class Section:
    """`own` is the list whose rows have a page each, because they hold lists themselves."""

    slug: str
    title: str
    fields: tuple[str, ...]
    hint: str = ""
    own: str = ""

    @property
    def block(self) -> Block:
        """The section's fields; of rows with a page of their own, only what is theirs."""
        fields = {name: RECORD.fields[name] for name in self.fields}
        return Block(self.title, fields)


def _section(slug: str, title: str, fields: str, hint: str = "", own: str = "") -> Section:
    return Section(slug, title, tuple(fields.split()), hint, own)


SECTIONS = (
    _section(
        "thong-tin",
        "Thông tin chung",
        "code name sector decision_no decision_date issuing_agency kind administrative_level"
        " summary source_url",
    ),
    _section(
        "muc-do",
        "Mức độ và dịch vụ",
        "level service_type service_type_reason online_only intake_hours addition_policy"
        " addition_days retention_years",
        "Loại dịch vụ đi theo mức độ; khác với mặc định thì cần ghi lý do.",
    ),
    _section(
        "thanh-phan",
        "Thành phần hồ sơ",
        "cases",
        "Mỗi trường hợp có danh sách giấy tờ riêng, ở một trang riêng.",
        own="cases",
    ),
    _section(
        "cach-thuc",
        "Cách thức, thời hạn và phí",
        "channels",
        "Thời hạn và phí thuộc về từng cách nộp; phí nằm ở trang riêng của cách đó.",
        own="channels",
    ),
    _section("trinh-tu", "Trình tự thực hiện", "steps"),
    _section(
        "dieu-kien",
        "Điều kiện, đối tượng, cơ quan",
        "conditions audiences audience_note executing executing_text authority coordinating"
        " reception_address",
    ),
    _section("ket-qua", "Kết quả thực hiện", "result_types"),
    _section("can-cu", "Căn cứ pháp lý", "legal_basis"),
    _section(
        "lien-quan",
        "Từ khóa, sự kiện, liên quan",
        "keywords life_events related chained",
        "Thủ tục liên quan và liên thông ghi bằng mã, mỗi dòng một mã.",
    ),
    _section(
        "huong-dan",
        "Hướng dẫn và tệp",
        "media",
        "Video ngắn (MP4 H.264, đến 50 MB), hình ảnh và tài liệu thì tải lên; video dài đưa bằng"
        " địa chỉ trang.",
    ),
    _section(
        "quy-trinh",
        "Quy trình nội bộ",
        "process",
        "Các bước bên trong cơ quan, mỗi bước một vai trò và số giờ làm việc (8 giờ là một ngày).",
    ),
)
BY_SLUG = {section.slug: section for section in SECTIONS}
SECTION_OF = {name: section for section in SECTIONS for name in section.fields}
INNER = {"cases": "requirements", "channels": "fees"}


@dataclass(frozen=True, slots=True)
class Screen:
    """One page of the editor: a section, or row `row` of the list whose rows have pages.
    `start` is the first row shown of a long list."""

    section: Section
    row: int | None = None
    start: int = 0

    @property
    def path(self) -> str:
        return "" if self.row is None else f"{self.section.own}.{self.row}"

    @property
    def block(self) -> Block:
        if self.row is None:
            return self.section.block
        return CASE if self.section.own == "cases" else CHANNEL

    @property
    def query(self) -> str:
        """This page's query string."""
        own = "" if self.row is None else f"&muc={self.row + 1}"
        return f"?phan={self.section.slug}{own}" + (f"&tu={self.start + 1}" if self.start else "")

    def holds(self, path: str) -> bool:
        """Whether what is said about `path` belongs on this page."""
        if self.row is not None:
            return path == self.path or path.startswith(f"{self.path}.")
        name, _, rest = path.partition(".")
        inner = INNER.get(name, "")
        return name in self.section.fields and not (inner and f".{inner}" in f".{rest}")

    def showing(self, path: str) -> "Screen":
        """This page at the window where a row of its main list stands."""
        own = f"{self.path}." if self.path else ""
        parts = path.removeprefix(own).split(".")
        if len(parts) == 2 and path.startswith(own) and parts[1].isdigit():
            return Screen(self.section, self.row, int(parts[1]) // WINDOW * WINDOW)
        return self

    def values(self, record: dict[str, Any]) -> dict[str, Any]:
        """The part of the record this page shows."""
        return record if self.row is None else record[self.section.own][self.row]


def screen_for(path: str) -> Screen:
    """The page where `path` (of a Problem or Change) is written."""
    parts = path.split(".")
    section = SECTION_OF.get(parts[0], SECTIONS[0])
    inner = INNER.get(parts[0])
    if inner and len(parts) > 2 and parts[2] == inner:
        row = int(parts[3]) if len(parts) > 3 else 0
        return Screen(section, int(parts[1]), row // WINDOW * WINDOW)
    row = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
    return Screen(section, None, row // WINDOW * WINDOW)


def kind_at(path: str) -> Any:
    """The kind a path leads to; KeyError when there is none."""
    kind: Any = RECORD
    for part in path.split("."):
        if isinstance(kind, Rows):
            if not part.isdigit():
                raise KeyError(path)
            kind = kind.block
        elif isinstance(kind, Block):
            kind = kind.fields[part]
        else:
            raise KeyError(path)
    return kind


def place_words(path: str) -> str:
    """Where a path leads, by numbers: titles change while somebody writes them."""
    kind: Any = RECORD
    words: list[str] = []
    for part in path.split("."):
        if isinstance(kind, Rows):
            words.append(f"{kind.one} {int(part) + 1}")
            kind = kind.block
        else:
            kind = kind.fields[part]
            words.append(kind.label)
    return " › ".join(words)
