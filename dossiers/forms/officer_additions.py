"""The one page on which everything that is missing is said at once (Mẫu 02)."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms import BoundField

from dossiers.actions import AUTHORITY, AUTHORITY_PLACE, Gap
from dossiers.forms.officer import StepForm, text_field
from dossiers.models import Dossier, FiledFor, Paper
from dossiers.sections import named_files
from procedures import eforms
from procedures.eforms import Row
from procedures.general_form import definition_of
from procedures.models import Requirement
from procedures.pages.papers import FileLink, good_ones

# Offered while the officer types; anything else may be written.
REASONS = {
    "ly-do-giay": (
        "Ảnh chụp mờ, không đọc được.",
        "Thiếu trang hoặc thiếu mặt sau.",
        "Không đúng loại giấy tờ yêu cầu.",
        "Giấy tờ đã hết hiệu lực.",
        "Bản sao chưa được chứng thực.",
        "Chưa ký hoặc chưa đóng dấu.",
    ),
    "ly-do-o": (
        "Chưa khớp với giấy tờ đã nộp.",
        "Ghi thiếu thông tin.",
        "Sai chính tả họ tên, dấu.",
        "Ngày tháng không đúng.",
        "Không đúng địa chỉ theo đơn vị hành chính hiện nay.",
    ),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One paper or answer: its tick, its reason, what was given (the files to look at), and a good
    one to send along."""

    tick: BoundField
    reason: BoundField
    gap: Gap
    answer: Row | None = None
    sample: FileLink | None = None
    files: list[Paper] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    items: list[Item]


class AskForm(StepForm):
    gives = ("gaps", "reason")
    reason = text_field(
        "Lý do chung", needed="Hãy ghi lý do chung để người nộp hiểu.", lines=3, max_length=2000,
        help_text="Ví dụ: Hồ sơ thiếu thành phần theo quy định, một số ảnh chụp không đọc được.",
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, dossier: Dossier) -> None:
        super().__init__(data, files, dossier=dossier)
        self.groups: list[Group] = []
        current = list(dossier.papers.current().sent().in_order())
        if papers := [*self._authority(dossier, current), *self._papers(dossier, current)]:
            self.groups.append(Group("Giấy tờ", papers))
        named = named_files(current)
        for section in eforms.rows(definition_of(dossier.version), dossier.answers, files=named):
            items = [self._answer(row, current) for row in section.rows if not row.is_heading]
            if items:
                self.groups.append(Group(f"Tờ khai: {section.title}", items))

    @property
    def items(self) -> list[Item]:
        return [item for group in self.groups for item in group.items]

    @property
    def reasons(self) -> dict[str, tuple[str, ...]]:
        return REASONS

    def _authority(self, dossier: Dossier, current: list[Paper]) -> list[Item]:
        """By what right another person files."""
        if dossier.filed_for != FiledFor.OTHER:
            return []
        gap = Gap(label=AUTHORITY_PLACE.name, reason="", field_key=AUTHORITY)
        files = [paper for paper in current if paper.field_key == AUTHORITY]
        return [self._item("giay_uy_quyen", gap, files=files)]

    def _papers(self, dossier: Dossier, current: list[Paper]) -> list[Item]:
        needs = list(dossier.case.requirements.all()) if dossier.case else []
        samples = good_ones(needs) if needs else {}
        given: dict[int | None, list[Paper]] = defaultdict(list)
        for paper in current:
            given[paper.requirement_id].append(paper)
        return [self._paper(need, given[need.pk], samples.get(need.pk)) for need in needs]

    def _paper(self, need: Requirement, files: list[Paper], sample: FileLink | None) -> Item:
        gap = Gap(label=need.name, reason="", requirement=need)
        return self._item(f"giay_{need.pk}", gap, files=files, sample=sample)

    def _answer(self, row: Row, current: list[Paper]) -> Item:
        gap = Gap(label=row.label, reason="", field_key=row.key)
        files = [paper for paper in current if paper.field_key == row.key]
        return self._item(f"o_{row.key}", gap, answer=row, files=files)

    def _item(self, name: str, gap: Gap, **given: Any) -> Item:
        reason = f"vi_{name}"
        self.fields[name] = forms.BooleanField(label=gap.label, required=False)
        self.fields[reason] = text_field("Cần bổ sung gì", max_length=500)
        # Not empty is what the style sheet looks at, and it sees that by the placeholder.
        is_paper = gap.requirement or gap.field_key == AUTHORITY
        offered = "ly-do-giay" if is_paper else "ly-do-o"
        self.fields[reason].widget.attrs |= {"placeholder": " ", "list": offered}
        return Item(self[name], self[reason], gap, **given)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        gaps = []
        for item in self.items:
            ticked = cleaned.get(item.tick.name)
            why = (cleaned.get(item.reason.name) or "").strip()
            if ticked and why:
                gap = Gap(item.gap.label, why, item.gap.requirement, item.gap.field_key)
                gaps.append(gap)
            elif ticked and item.reason.name not in self.errors:
                self.add_error(item.reason.name, f"Hãy ghi cần bổ sung gì: {item.gap.label}.")
            elif why:
                said = f"Đã ghi lý do nhưng chưa đánh dấu: {item.gap.label}."
                self.add_error(item.tick.name, said)
        if not gaps and not self.errors:
            raise forms.ValidationError("Hãy đánh dấu ít nhất một giấy tờ hoặc ô cần bổ sung.")
        cleaned["gaps"] = gaps
        return cleaned
