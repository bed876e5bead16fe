"""S06: no hostile file is taken as clean, whatever it calls itself; each answer in two seconds."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.lib import files, jobs
from portal.lib.files import cleaning
from tests.faults import hostile_files as hostile
from tests.lib import samples

KINDS = frozenset({"pdf", "jpeg", "png", "heic", "docx", "xlsx"})
REFUSED, HARMLESS = hostile.refused(), hostile.harmless()
# What runs in a PDF, in its own words (tests/lib/test_files_clean.py looks at each).
ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"app.alert", b"cmd.exe")


@pytest.fixture(autouse=True, scope="module")
def nothing_left_behind() -> Iterator[None]:
    yield
    jobs.shutdown()


def kept(folder: Path, name: str, data: bytes) -> bytes:
    """What would be shown to officers. Raises FileRefused."""
    upload = SimpleUploadedFile("x", data)
    upload._name = name  # Django's own trimming of names is not what is tried here
    found = files.check_upload(upload, kinds=KINDS, max_bytes=20 * 1024 * 1024)
    (folder / "in").write_bytes(data)
    files.clean_copy(folder / "in", folder / "out", found.kind)
    return (folder / "out").read_bytes()


def test_there_are_enough_of_them() -> None:
    assert len(REFUSED) + len(HARMLESS) + len(hostile.odd_names()) >= 150


@pytest.mark.parametrize("which", REFUSED)
def test_it_is_refused_with_a_sentence_at_once(tmp_path: Path, which: str) -> None:
    began = time.process_time()
    with pytest.raises(files.FileRefused) as caught:
        kept(tmp_path, *REFUSED[which])
    assert caught.value.sentence.endswith(".") and time.process_time() - began < 2


@pytest.mark.parametrize("which", HARMLESS)
def test_it_is_refused_or_loses_what_it_hid(tmp_path: Path, which: str) -> None:
    try:
        found = kept(tmp_path, *HARMLESS[which])
    except files.FileRefused:
        return
    assert not [word for word in (hostile.MARK, *ACTIVE) if word in found]


def test_without_a_clean_copy_it_would_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: what passes the first look is kept as it came."""
    monkeypatch.setattr(cleaning, "run_guarded", lambda work, path, out, *rest: _copied(path, out))
    assert hostile.MARK in kept(tmp_path, *HARMLESS["photo with a script behind"])


def _copied(path: str, out: str) -> None:
    Path(out).write_bytes(Path(path).read_bytes())


@pytest.mark.parametrize("name", hostile.odd_names())
def test_an_odd_name_becomes_a_plain_one(tmp_path: Path, name: str) -> None:
    clean = files.clean_name(name)
    assert clean and len(clean) <= 200 and clean == clean.strip()
    assert not set(clean) & set('/\\\0\n:<>|"\u202e\u200b\ud800')
    assert kept(tmp_path, name, samples.pdf())
