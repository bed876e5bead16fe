"""Keeping private files and giving them back."""

import errno
import re
import stat
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404

from portal.lib.files import open_private, private_storage, serve_file, store_file
from tests.lib import samples

PDF = "application/pdf"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    return tmp_path / "private"


def stored(data=b"noi dung", name="giay.pdf"):
    return store_file(SimpleUploadedFile(name, data), "papers")


def body(response):
    return b"".join(response.streaming_content)


def test_a_stored_file_gives_back_its_bytes():
    with open_private(stored(b"noi dung")) as file:
        assert file.read() == b"noi dung"


def test_the_name_says_when_but_not_what():
    name = stored(name="Đơn của Bình.PDF")
    assert re.fullmatch(r"papers/\d{4}/\d{2}/[0-9a-f-]{36}\.pdf", name)


@pytest.mark.parametrize("name", ["virus.php", "noname", "a.svg"])
def test_an_unknown_extension_is_not_kept(name):
    assert stored(name=name).endswith(".bin")


def test_an_upload_is_stored_from_its_start():
    upload = ContentFile(samples.pdf(), name="phieu.pdf")
    upload.read(100)
    with open_private(store_file(upload)) as file:
        assert file.read() == samples.pdf()


def test_only_we_may_read_the_folder(folder):
    path = folder / stored()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_nothing_is_ever_overwritten():
    name = private_storage().save("a/b.pdf", ContentFile(b"first"))
    with pytest.raises(FileExistsError):
        private_storage().save(name, ContentFile(b"second"))
    with open_private(name) as file:
        assert file.read() == b"first"


def test_a_full_disk_leaves_no_half_file(monkeypatch, folder):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("portal.lib.files.storage.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        private_storage().save("b.pdf", ContentFile(b"x" * 100))
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_bytes_and_name_are_durable_before_it_returns(monkeypatch, folder):
    synced = []
    monkeypatch.setattr(
        "portal.lib.files.storage.os.fsync",
        lambda handle: synced.append(Path(f"/proc/self/fd/{handle}").resolve().name),
    )
    name = stored()
    month = (folder / name).parent
    assert synced[-1] == month.name
    assert any(done.endswith(".part") for done in synced)
    assert {folder.parent.name, folder.name, "papers", month.parent.name} <= set(synced)


@pytest.mark.parametrize("name", ["../outside.pdf", "/etc/passwd", "a/../../b.pdf"])
def test_a_name_cannot_leave_the_folder(name):
    with pytest.raises(SuspiciousFileOperation):
        private_storage().save(name, ContentFile(b"x"))
    with pytest.raises(SuspiciousFileOperation):
        open_private(name)


def test_a_file_is_served_as_a_download_by_default(rf, settings):
    settings.X_ACCEL = False
    response = serve_file(rf.get("/"), stored(b"abc"), "Đơn của Bình.pdf", PDF)
    assert body(response) == b"abc"
    response.close()
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%C4%90%C6%A1n%20c%E1%BB%A7a%20B%C3%ACnh.pdf"
    )
    assert response["Content-Type"] == PDF
    assert response["Content-Length"] == "3"


@pytest.mark.parametrize("accel", [False, True])
@pytest.mark.parametrize("inline", [False, True])
def test_headers_keep_a_file_from_harming_its_reader(rf, settings, accel, inline):
    settings.X_ACCEL = accel
    response = serve_file(rf.get("/"), stored(), "a.png", "image/png", inline=inline)
    response.close()
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("mime", [PDF, "image/jpeg", "image/png"])
def test_what_we_clean_may_be_shown_in_the_browser(rf, mime):
    response = serve_file(rf.get("/"), stored(), "giay", mime, inline=True)
    response.close()
    assert response["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/zip"])
def test_everything_else_is_a_download(rf, mime):
    response = serve_file(rf.get("/"), stored(), "a.html", mime, inline=True)
    response.close()
    assert response["Content-Disposition"].startswith("attachment")


def test_nginx_is_told_where_the_file_is(rf, settings):
    settings.X_ACCEL = True
    name = stored()
    response = serve_file(rf.get("/"), name, "giay.pdf", PDF)
    assert response["X-Accel-Redirect"] == f"/_private/{name}"
    assert response.content == b""


@pytest.mark.parametrize("accel", [False, True])
def test_a_missing_file_is_not_found(rf, settings, accel):
    settings.X_ACCEL = accel
    with pytest.raises(Http404):
        serve_file(rf.get("/"), "papers/2026/11/none.pdf", "giay.pdf", PDF)


def test_a_line_break_in_the_name_cannot_add_a_header(rf):
    response = serve_file(rf.get("/"), stored(), 'a"\r\nSet-Cookie: x=1.pdf', PDF)
    response.close()
    assert "\n" not in response["Content-Disposition"]
    assert response["Content-Disposition"].count('"') in (0, 2)
