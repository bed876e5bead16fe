"""What a careful colleague would say about a form: what is hard to use, what can never be asked.

`lint(definition)` takes anything and never fails. An error keeps the form from doing what its
author wants; advice makes it easier to fill. Whether it may be published `check_definition`
decides; of what that refuses, lint tells again only loops, so that they are seen at their place.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.lib.text import fold

from . import choosing, outline
from .nodes import TEXTS
from .reach import Reach
from .schema import too_much
from .vocabulary import PREFILLS

Json = dict[str, Any]
LONG_HINT = 150
MANY_QUESTIONS = 12
RADIOS = 7
MOST = 200  # findings


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` names the rule; `section` and `key` the place ("" for the whole form or section)."""

    kind: str
    severity: str  # "error" | "advice"
    section: str
    key: str
    sentence: str

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


def lint(definition: Any) -> list[Finding]:
    """All findings in the order of the form."""
    if problem := too_much(definition):
        return [Finding("too_much", "error", "", "", problem)]
    if not any(True for _ in outline.sections_of(definition)):
        return [Finding("empty", "error", "", "", "Biểu mẫu chưa có phần nào.")]
    found: list[Finding] = []
    for finding in _Look(definition).findings():
        found.append(finding)
        if len(found) == MOST:
            break
    return found


class _Look:
    def __init__(self, definition: Any) -> None:
        self.definition = definition
        self.specs = outline.specs_of(definition)
        self.reach = Reach(definition)
        self.loops = loops(definition)
        self.labels = Counter(
            (_word(section.get("key")), fold(_word(spec.get("label"))))
            for section, spec in outline.walk(definition)
            if _word(spec.get("type")) not in TEXTS
        )
        self.never = {
            _word(section.get("key"))
            for section in outline.sections_of(definition)
            if not self.reach.possible(outline.condition_of(section))
        }
        self.looped = {
            _word(section.get("key"))
            for section in outline.sections_of(definition)
            if outline.asked_by(section) & set(self.loops)
            and any(_word(s.get("key")) in self.loops for s in outline.fields_of(section))
        }
        self.known_sources: set[str] = set()

    def findings(self) -> Iterator[Finding]:
        for section in outline.sections_of(self.definition):
            yield from self._section(section)
            fields = list(outline.fields_of(section))
            for at, spec in enumerate(fields):
                for kind, severity, sentence in self._field(section, spec, fields[at + 1 :]):
                    key = _word(spec.get("key"))
                    yield Finding(kind, severity, _word(section.get("key")), key, sentence)

    # --- sections ---------------------------------------------------------------------------

    def _section(self, section: Json) -> Iterator[Finding]:
        key, title = _word(section.get("key")), _word(section.get("title"))
        asked = [s for s in outline.fields_of(section) if _word(s.get("type")) not in TEXTS]

        def tell(kind: str, severity: str, sentence: str) -> Finding:
            return Finding(kind, severity, key, "", sentence)

        for kind, severity, sentence in _words_of(title, _word(section.get("help")), "Phần"):
            yield tell(kind, severity, sentence)
        if not asked:
            yield tell("empty_section", "error", "Phần này chưa có câu hỏi nào.")
        if len(asked) > MANY_QUESTIONS:
            yield tell(
                "long_section",
                "advice",
                f"Phần này có {len(asked)} câu hỏi. Hãy tách ra để mỗi phần không quá "
                f"{MANY_QUESTIONS} câu.",
            )
        for kind, severity, sentence in self._condition(section, {}, key):
            yield tell(kind, severity, sentence)

    # --- questions --------------------------------------------------------------------------

    def _field(
        self, section: Json, spec: Json, after: list[Json]
    ) -> Iterator[tuple[str, str, str]]:
        label, kind = _word(spec.get("label")), _word(spec.get("type"))
        what = {"note": "Ghi chú", "heading": "Tiêu đề"}.get(kind, "Câu hỏi")
        if kind != "note":
            yield from _words_of(label, _word(spec.get("help")), what)
        elif not label.strip():
            yield "no_label", "error", "Ghi chú chưa có chữ."
        if kind == "heading":
            if not after or after[0].get("type") == "heading":
                yield "bare_heading", "advice", "Sau tiêu đề này không có câu hỏi nào."
        elif self.labels[_word(section.get("key")), fold(label)] > 1 and kind not in TEXTS:
            yield (
                "same_label",
                "advice",
                f"Trong phần này có hai câu cùng tên “{label[:60]}”. Hãy ghi rõ của ai, "
                "về việc gì.",
            )
        yield from self._condition(spec, section, _word(section.get("key")))
        yield from self._shape(spec)
        yield from self._asked_again(spec)

    def _shape(self, spec: Json) -> Iterator[tuple[str, str, str]]:
        options = spec.get("options")
        if spec.get("type") in ("choice", "checks") and isinstance(options, list):
            labels = [fold(_word(o.get("label"))) for o in options if isinstance(o, dict)]
            if spec["type"] == "choice" and len(options) > RADIOS:
                yield (
                    "many_options",
                    "advice",
                    f"Có {len(options)} lựa chọn nên sẽ hiện thành danh sách thả xuống; dưới "
                    f"{RADIOS + 1} lựa chọn thì người khai thấy hết ngay.",
                )
            if spec["type"] == "choice" and len(options) == 1:
                yield "one_option", "advice", "Chỉ có một lựa chọn, người khai không chọn được gì."
            if len(set(labels)) < len(labels):
                yield "same_option", "error", "Hai lựa chọn có cùng tên."
        if spec.get("type") == "table":
            if not _word(spec.get("row_label")).strip() or spec.get("row_label") == "Dòng":
                yield (
                    "no_row_label",
                    "advice",
                    "Bảng chưa có tên gọi của một dòng (ví dụ “Người con”); trình đọc màn hình "
                    "sẽ đọc “Dòng 1”.",
                )
            columns = spec.get("columns")
            for column in columns if isinstance(columns, list) else ():
                if isinstance(column, dict):
                    label = _word(column.get("label"))
                    yield from _words_of(label, _word(column.get("help")), f"Cột “{label[:40]}”")

    def _asked_again(self, spec: Json) -> Iterator[tuple[str, str, str]]:
        """Ask once: what the account knows, and what was asked before in this form."""
        kind, source = spec.get("type"), _word(spec.get("prefill"))
        if source in PREFILLS:
            if source in self.known_sources:
                yield (
                    "asked_twice",
                    "advice",
                    f"“{PREFILLS[source]}” đã được hỏi ở câu trước. Mỗi thông tin chỉ hỏi một lần.",
                )
            self.known_sources.add(source)
            return
        wanted = _ABOUT_ME.get((_word(kind), fold(_word(spec.get("label")))))
        if wanted and wanted not in self.known_sources:
            yield (
                "could_prefill",
                "advice",
                f"Cổng có thể điền sẵn câu này ({PREFILLS[wanted].lower()}). Hãy chọn nguồn điền "
                "sẵn nếu hỏi về chính người nộp.",
            )

    # --- conditions -------------------------------------------------------------------------

    def _condition(
        self, item: Json, section: Json, section_key: str
    ) -> Iterator[tuple[str, str, str]]:
        own = _word(item.get("key")) if section else ""
        if own in self.loops or (not section and section_key in self.looped):
            others = ", ".join(
                self._name(key) for key in sorted(self.loops.get(own, set()) - {own})
            )
            about = f" (cùng với {others})" if others else ""
            yield "loop", "error", f"Điều kiện tạo thành vòng lặp{about}: câu này chờ chính nó."
            return
        if section and section_key in self.never:
            if item.get("required"):
                yield (
                    "required_never",
                    "error",
                    "Câu bắt buộc này nằm trong phần không bao giờ hiện.",
                )
            return
        if "show_if" not in item:
            return
        condition = outline.condition_of(item)
        if condition is None:
            yield "bad_condition", "error", "Điều kiện viết sai dạng. Hãy bỏ và chọn lại."
            return
        yield from self._misplaced(item, condition, section_key if not section else "")
        if not self.reach.possible(condition, outline.condition_of(section)):
            yield "never", "error", self._why_never(condition)

    def _misplaced(
        self, item: Json, condition: Json, section: str
    ) -> Iterator[tuple[str, str, str]]:
        key = section or _word(item.get("key"))
        before = {
            spec["key"] for spec in choosing.askable(self.definition, key, section=bool(section))
        }
        for name in sorted(outline.asked_by(item) - before):
            if name not in self.specs:
                yield "unknown", "error", f"Điều kiện nói đến câu “{name}” không có trong biểu mẫu."
            elif _word(self.specs[name].get("type")) in TEXTS:
                yield (
                    "unknown",
                    "error",
                    f"{self._name(name)} không phải là câu hỏi, không có câu trả lời.",
                )
            else:
                yield "later", "error", f"Điều kiện hỏi {self._name(name)} đứng sau câu này."

    def _why_never(self, condition: Json) -> str:
        for key in sorted(set(outline.asked_by({"show_if": condition}))):
            if key in self.specs and not self.reach.possible(*self.reach.whens.get(key, ())):
                name = self._name(key)
                return f"Không bao giờ hiện: phụ thuộc {name}, câu này cũng không bao giờ hiện."
        words = choosing.in_words(condition, self.specs)
        return f"Không bao giờ hiện: không câu trả lời nào làm cho {words}."

    def _name(self, key: str) -> str:
        return f"“{_word(self.specs.get(key, {}).get('label')) or key}”"


def loops(definition: Any) -> dict[str, set[str]]:
    """Questions that wait for themselves, each with all of its loop. A question waits for what
    its own condition and its section's condition ask."""
    waits: dict[str, set[str]] = {}
    for section, spec in outline.walk(definition):
        if isinstance(key := spec.get("key"), str):
            asked = outline.asked_by(section) | outline.asked_by(spec)
            waits.setdefault(key, set()).update(asked)
    waits = {key: names & waits.keys() for key, names in waits.items()}
    return _components(waits)


def _components(waits: dict[str, set[str]]) -> dict[str, set[str]]:
    """Strongly connected parts of more than one question, or with an arrow to itself (Tarjan,
    with a stack of our own: 500 questions in a row are too deep for Python's)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    found: dict[str, set[str]] = {}
    for root in waits:
        work = [(root, iter(waits[root]))] if root not in order else []
        while work:
            key, rest = work[-1]
            if key not in order:
                order[key] = low[key] = len(order)
                path.append(key)
                on_path.add(key)
            for other in rest:
                if other not in order:
                    work.append((other, iter(waits[other])))
                    break
                if other in on_path:
                    low[key] = min(low[key], order[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[key])
                if low[key] == order[key]:
                    at = path.index(key)
                    part, path[at:] = set(path[at:]), []
                    on_path -= part
                    if len(part) > 1 or key in waits[key]:
                        found |= dict.fromkeys(part, part)
    return found


# --- words -----------------------------------------------------------------------------------


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _words_of(label: str, hint: str, what: str) -> Iterator[tuple[str, str, str]]:
    text = label.strip()
    letters = [c for c in text if c.isalpha()]
    if not text:
        yield "no_label", "error", f"{what} chưa có tên."
    elif text.endswith((":", ".", ";")):
        yield "punctuation", "advice", f"{what}: bỏ dấu “{text[-1]}” ở cuối tên."
    if len(letters) > 4 and all(c.isupper() for c in letters):
        yield "capitals", "advice", f"{what}: tên viết toàn chữ hoa khó đọc, hãy viết thường."
    if len(hint) > LONG_HINT:
        yield (
            "long_hint",
            "advice",
            f"{what}: hướng dẫn dài {len(hint)} ký tự. Hãy viết gọn trong {LONG_HINT} ký tự.",
        )
    elif sum(hint.rstrip(" .").count(end) for end in (". ", "? ", "! ", "\n")) > 0:
        yield "long_hint", "advice", f"{what}: hướng dẫn nên gọn trong một câu."


_ABOUT_ME = {
    (kind, fold(label)): source
    for kind, source, labels in (
        ("phone", "user.phone", ("Số điện thoại", "Điện thoại", "Số điện thoại liên hệ")),
        ("email", "user.email", ("Thư điện tử", "Hộp thư điện tử", "Thư điện tử liên hệ")),
        ("text", "user.full_name", ("Họ và tên người nộp", "Họ tên người nộp", "Họ và tên")),
        ("citizen_id", "user.citizen_id", ("Số định danh cá nhân", "Số căn cước", "Số CCCD")),
        ("date", "user.birth_date", ("Ngày sinh người nộp",)),
        ("address", "user.address", ("Nơi cư trú", "Địa chỉ liên hệ", "Địa chỉ người nộp")),
    )
    for label in labels
}
