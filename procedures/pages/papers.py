"""The papers of each case: what to bring, how many, which form, with files to take along."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from procedures.files import Files
from procedures.models import CatalogueFile, ProcedureCase, Requirement
from procedures.pages.folding import FOLD_AT, Fold, Share, size_of

# Bytes of the table around one paper, and of the fold around one case.
PAPER_HTML, CASE_HTML, FILE_HTML = 1100, 420, 330
# One page of a case's own address; the first holds the short ones whole.
CASE_PAGE_BYTES = 150_000
_KINDS = {
    "pdf": "PDF",
    "docx": "Word",
    "xlsx": "Excel",
    "jpeg": "Ảnh JPG",
    "png": "Ảnh PNG",
    "mp4": "Video MP4",
}


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file to take along: what it is, how big, since when; the whole of its accessible text."""

    title: str
    url: str
    kind: str
    size: str
    changed: str
    # Shown in the page itself, with `text`: what is said and seen in it.
    film: bool = False
    picture: bool = False
    text: str = ""

    @property
    def facts(self) -> str:
        return f"{self.kind}, {self.size}, cập nhật {self.changed}"


def file_link(file: CatalogueFile, title: str = "", text: str = "") -> FileLink:
    return FileLink(
        title=title or file.name,
        url=file.get_absolute_url(),
        kind=_KINDS.get(file.kind, file.kind.upper()),
        size=bytes_words(file.size),
        changed=f"{file.uploaded_at:%d/%m/%Y}",
        film=file.mime.startswith("video/"),
        picture=file.mime.startswith("image/"),
        text=text,
    )


def bytes_words(size: int) -> str:
    """`38 KB`, `1,2 MB`."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")


@dataclass(frozen=True, slots=True)
class Need:
    """A paper, or with `is_note` a sentence among the papers."""

    anchor: str
    row: Requirement
    name: Fold
    note: Fold
    forms: list[FileLink]
    # Forms the catalogue names and nobody has uploaded.
    form_names: list[str]
    sample: FileLink | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """`more`: so many papers stand at `url` only."""

    row: ProcedureCase
    name: Fold
    hint: Fold
    needs: list[Need]
    more: int
    url: str


def case_url(code: str, key: str) -> str:
    return reverse("procedure-case", args=[code, key])


def bytes_of_case(case: ProcedureCase) -> int:
    texts = [case.name, case.hint]
    needs = list(case.requirements.all())
    texts += [text for need in needs for text in (need.name, need.note, need.form_title)]
    files = sum(len(need.forms) + bool(need.sample) for need in needs)
    html = CASE_HTML + PAPER_HTML * len(needs) + FILE_HTML * files
    return html + sum(map(size_of, texts))


def cases_of(
    code: str, cases: Iterable[ProcedureCase], files: Files, left: int, *, own_address: bool
) -> list[CaseView]:
    """Every case with as many of its papers as `left` bytes hold, the first case first.
    `own_address`: a saved version's, whose cases have pages."""
    found = []
    rows = list(cases)
    names_left = min(left // 2, sum(CASE_HTML + min(size_of(c.name), 2 * FOLD_AT) for c in rows))
    share = Share(left - names_left)
    for case in rows:
        url = case_url(code, case.key) if own_address else ""
        share.url = url
        name, hint = Share(0, url).fold(case.name), Share(0, url).fold(case.hint)
        needs = list(case.requirements.all())
        shown: list[Need] = []
        for need in needs:
            if not share.take(_least(need)):
                break
            shown.append(need_of(need, files, share))
        found.append(CaseView(case, name, hint, shown, len(needs) - len(shown), url))
    return found


def _least(need: Requirement) -> int:
    """Bytes of a paper whose long texts stand elsewhere; folding takes the texts' own."""
    files = FILE_HTML * (len(need.forms) + bool(need.sample))
    return PAPER_HTML + files + size_of(need.form_title)


def need_of(need: Requirement, files: Files, share: Share) -> Need:
    named = [(form["name"], files.get(form["file"])) for form in need.forms]
    sample = files.get(need.sample)
    return Need(
        anchor=f"giay-{need.case.key}-{need.key}",
        row=need,
        name=share.fold(need.name),
        note=share.fold(need.note),
        forms=[file_link(file, name) for name, file in named if file],
        form_names=[name for name, file in named if not file],
        sample=file_link(sample) if sample else None,
    )


def pages_of_case(needs: Iterable[Requirement]) -> list[list[Requirement]]:
    """The papers of one case, each page of about CASE_PAGE_BYTES; at least one page."""
    pages: list[list[Requirement]] = [[]]
    left = CASE_PAGE_BYTES
    for need in needs:
        size = _least(need) + size_of(need.name) + size_of(need.note)
        if size > left and pages[-1]:
            pages.append([])
            left = CASE_PAGE_BYTES
        pages[-1].append(need)
        left -= size
    return pages


def form_files(cases: Iterable[ProcedureCase], files: Files) -> list[FileLink]:
    """Every form there is a file of, each once, in the order of the papers."""
    found: dict[str, FileLink] = {}
    for case in cases:
        for need in case.requirements.all():
            for form in need.forms:
                if file := files.get(form["file"]):
                    found.setdefault(form["file"], file_link(file, form["name"]))
    return list(found.values())


def samples_of(cases: Iterable[ProcedureCase], files: Files) -> list[FileLink]:
    needs = [need for case in cases for need in case.requirements.all()]
    named = dict.fromkeys(need.sample for need in needs if need.sample)
    return [file_link(files[key]) for key in named if key in files]


def good_ones(needs: Iterable[Requirement]) -> dict[int, FileLink]:
    """The filled example of each paper that has one, public still; one query, none without."""
    named = {need.pk: need.sample for need in needs if need.sample}
    if not named:
        return {}
    rows = CatalogueFile.objects.public().filter(public_id__in=named.values())
    files = {str(file.public_id): file for file in rows}
    return {key: file_link(files[name]) for key, name in named.items() if name in files}
