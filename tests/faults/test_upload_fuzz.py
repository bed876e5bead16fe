"""S05: spoilt uploads, always the same ones: each is refused with a sentence or comes out so that
another program opens it. `make chaos` (CHAOS_LONG=1) tries 10,000."""

import os
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.lib import files, jobs
from portal.lib.files import cleaning
from tests.dossiers import wizard_pages as pages
from tests.faults.upload_mutations import spoilt

pytestmark = [pytest.mark.chaos, pytest.mark.filterwarnings("ignore::UserWarning:PIL")]
COUNT = 10_000 if os.environ.get("CHAOS_LONG") else 400
SEED = 2026
KINDS = frozenset({"pdf", "jpeg", "png", "heic", "docx", "xlsx"})


@pytest.fixture(autouse=True, scope="module")
def nothing_left_behind() -> Iterator[None]:
    yield
    jobs.shutdown()


def batches(items: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def taken(folder: Path) -> Iterator[tuple[Path, str]]:
    """(clean copy, its kind) of each spoilt file that is not refused."""
    for number, (name, data) in enumerate(spoilt(COUNT, SEED)):
        source, clean = folder / f"{number}.in", folder / f"{number}.out"
        try:
            limit = settings.UPLOAD_LIMITS["max_bytes"]
            upload = SimpleUploadedFile(name, data)
            found = files.check_upload(upload, kinds=KINDS, max_bytes=limit)
            source.write_bytes(data)
            yield clean, files.clean_copy(source, clean, found.kind).kind
        except files.FileRefused as refused:
            assert len(refused.sentence) > 20


def unreadable(found: list[tuple[Path, str]]) -> list[str]:
    """Those that another program does not open."""
    images = [path for path, kind in found if kind in ("jpeg", "png")]
    others = [(path, kind) for path, kind in found if kind not in ("jpeg", "png")]
    wrong = [path.name for path, kind in others if not _OPENED[kind](path)]
    for some in batches(images, 100):
        read = subprocess.run(["zbarimg", "-q", *some], capture_output=True, check=False)
        if read.returncode not in (0, 4):  # 4: no bar code in them
            wrong.append(read.stderr.decode())
    return wrong


def _pdf_opens(path: Path) -> bool:
    return not subprocess.run(["pdftotext", path, "-"], capture_output=True, check=False).returncode


def _workbook_opens(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            openpyxl.load_workbook(file)
    except Exception:  # whatever openpyxl stumbles over
        return False
    return True


def _document_opens(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as package:
            return all(fromstring(package.read(name)) is not None for name in package.namelist())
    except Exception:
        return False


_OPENED = {"pdf": _pdf_opens, "xlsx": _workbook_opens, "docx": _document_opens}


def test_what_is_taken_opens_elsewhere(tmp_path: Path) -> None:
    found = list(taken(tmp_path))
    assert len(found) > COUNT / 10, "almost nothing got through: nothing was tried"
    assert unreadable(found) == []


def test_without_the_look_inside_broken_packages_come_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: packages are copied as they came."""
    monkeypatch.setattr(cleaning, "is_whole", lambda path, kind: True)
    monkeypatch.setattr(cleaning, "run_guarded", lambda work, *args: work(*args))
    found = [one for one in taken(tmp_path) if one[1] in ("docx", "xlsx")]
    assert unreadable(found)


def test_the_page_answers_every_one_of_them(binh, draft) -> None:
    browser, place = pages.as_user(binh), f"tep-{draft.case.requirements.first().pk}"
    for some in batches(list(spoilt(COUNT // 4, SEED + 1)), 10):
        sent = [SimpleUploadedFile(name, data) for name, data in some]
        answer = browser.post(pages.url("filing-papers", draft), {place: sent, "viec": "tai"})
        assert answer.status_code in (200, 302, 429)
