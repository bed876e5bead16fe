"""check_upload: what the sender is told at once."""

import errno
import hashlib
import io
import unicodedata

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.lib.files import FileRefused, check_upload, clean_name
from portal.lib.files.checks import check_length
from portal.lib.files.office import check_office
from tests.lib import samples

ALL = frozenset({"pdf", "jpeg", "png"})


def check(data, name, **options):
    return check_upload(SimpleUploadedFile(name, data), kinds=ALL, **options)


def refusal(data, name, **options):
    with pytest.raises(FileRefused) as caught:
        check(data, name, **options)
    return caught.value.sentence


@pytest.mark.parametrize(
    ("data", "name", "kind", "mime"),
    [
        (samples.pdf(), "don.pdf", "pdf", "application/pdf"),
        (samples.jpeg(), "anh.JPG", "jpeg", "image/jpeg"),
        (samples.jpeg(), "anh.jpeg", "jpeg", "image/jpeg"),
        (samples.png(), "quet.png", "png", "image/png"),
    ],
)
def test_an_ordinary_file_passes(data, name, kind, mime):
    found = check(data, name)
    assert (found.kind, found.mime, found.size) == (kind, mime, len(data))
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.name == name


def test_the_upload_can_be_read_again_from_its_start():
    upload = SimpleUploadedFile("don.pdf", samples.pdf())
    check_upload(upload, kinds=ALL)
    assert upload.read(5) == b"%PDF-"


def test_an_empty_file_is_refused():
    assert refusal(b"", "don.pdf") == (
        "Tệp “don.pdf” trống (0 byte). Mời chọn lại tệp có nội dung."
    )


def test_a_large_file_is_refused_with_both_sizes():
    sentence = refusal(samples.pdf() + b" " * 3_000_000, "don.pdf", max_bytes=2 * 1024 * 1024)
    assert "nặng 2,9 MB, quá mức 2 MB" in sentence


def test_one_byte_too_many_is_told_as_more():
    with pytest.raises(FileRefused, match="nặng hơn 2 MB một chút, quá mức 2 MB"):
        check_length("don.pdf", 2 * 1024 * 1024 + 1, 2 * 1024 * 1024)


def test_the_default_size_comes_from_settings(settings):
    settings.UPLOAD_LIMITS = settings.UPLOAD_LIMITS | {"max_bytes": 100}
    assert "quá mức" in refusal(samples.pdf(), "don.pdf")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "don.pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "anh.png"),
        (b"MZ" + b"\0" * 200, "don.exe"),
        (b"PK\x03\x04" + b"\0" * 200, "don.docx"),
        (b"GIF89a" + b"\0" * 50, "anh.gif"),
        (b"\0" * 500, "anh.jpg"),
        (b"\n" + samples.pdf(), "don.pdf"),
        (b"<html>" + samples.pdf(), "don.pdf"),
    ],
)
def test_other_contents_are_refused(data, name):
    assert refusal(data, name).startswith(f"Tệp “{name}” không phải PDF, JPG hoặc PNG. Mời ")


def test_the_sentence_names_only_what_is_taken_here():
    upload = SimpleUploadedFile("anh.jpg", samples.jpeg())
    with pytest.raises(FileRefused, match=r"không phải PDF\. Mời"):
        check_upload(upload, kinds=frozenset({"pdf"}))


def test_heic_is_refused_with_the_way_out():
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40
    assert "Cài đặt → Camera → Định dạng → Tương thích nhất" in refusal(heic, "IMG_1.HEIC")


@pytest.mark.parametrize(
    ("data", "name", "found", "wanted"),
    [
        (samples.jpeg(), "don.pdf", "pdf", "jpg"),
        (samples.pdf(), "don.pdf.exe", "exe", "pdf"),
        (samples.png(), "anh\u202egnp.exe", "exe", "png"),
        (samples.pdf(), "don.php", "php", "pdf"),
    ],
)
def test_an_extension_that_lies_is_refused(data, name, found, wanted):
    sentence = refusal(data, name)
    assert f"đuôi .{found} nhưng" in sentence
    assert f"Mời đổi đuôi tên tệp thành .{wanted}" in sentence


@pytest.mark.parametrize("name", ["don.exe.pdf", "don.html .pdf", "a.php.b.pdf"])
def test_a_disguised_extension_is_refused(name):
    assert "ở giữa. Mời bỏ phần đó" in refusal(samples.pdf(), name)


@pytest.mark.parametrize("name", ["ngày 1.2.2026.pdf", "don.docx.pdf", "Bản 2. Sửa.pdf"])
def test_innocent_dots_pass(name):
    assert check(samples.pdf(), name).name == name


@pytest.mark.parametrize(
    ("given", "kept"), [("image", "image.jpg"), ("Giấy ngày 1.2 (bản 2)", None)]
)
def test_a_name_without_extension_gets_one(given, kept):
    assert check(samples.jpeg(), given).name == (kept or f"{given}.jpg")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\Bình\\đơn.pdf", "đơn.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("a\0b\r\nc.pdf", "abc.pdf"),
        ("ảnh\u202egpj.pdf", "ảnhgpj.pdf"),
        ("lone\udc80.pdf", "lone.pdf"),
        ("don.pdf:evil", "don.pdf_evil"),
        ("  ..  ", "tep"),
        ("", "tep"),
        (unicodedata.normalize("NFD", "Tờ khai đường.pdf"), "Tờ khai đường.pdf"),
    ],
)
def test_names_are_cleaned(given, kept):
    assert clean_name(given) == kept


def test_a_long_name_keeps_its_extension():
    name = clean_name("ă" * 300 + ".pdf")
    assert len(name) == 150
    assert name.endswith("ă.pdf")


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_cut_pdf_is_refused(cut):
    data = samples.pdf(3)
    assert "bị thiếu phần cuối" in refusal(data[: int(len(data) * cut)], "don.pdf")


def test_a_pdf_with_a_long_tail_of_something_else_is_refused():
    assert "bị thiếu phần cuối" in refusal(samples.pdf() + samples.PHP * 100, "don.pdf")


@pytest.mark.parametrize("user", ["", "mat-khau"])
def test_a_locked_pdf_is_refused_with_the_way_out(user):
    sentence = refusal(samples.locked_pdf(user), "don.pdf")
    assert "có đặt mật khẩu hoặc khoá sao chép" in sentence
    assert "In → Lưu thành PDF" in sentence


def test_the_lock_is_found_across_two_chunks(monkeypatch):
    monkeypatch.setattr("portal.lib.files.checks.CHUNK", 64)
    assert "mật khẩu" in refusal(samples.locked_pdf(), "don.pdf")


def test_a_page_that_speaks_of_encryption_is_not_locked():
    document = samples.blank_pdf()
    document.docinfo["/Title"] = "The /Encrypt key explained"
    assert check(samples.saved(document), "bai.pdf").kind == "pdf"


def test_an_image_bomb_is_refused_without_decoding_it():
    sentence = refusal(samples.png_bomb(), "anh.png")
    assert "quá lớn (trên 50 triệu điểm ảnh)" in sentence


def test_pixels_just_above_the_limit_are_refused(settings):
    settings.UPLOAD_LIMITS = settings.UPLOAD_LIMITS | {"max_pixels": 2399}
    assert "quá lớn" in refusal(samples.png((60, 40)), "anh.png")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (samples.png()[:60], "anh.png"),
        (samples.png().replace(b"IDAT", b"IDAU"), "anh.png"),
        (samples.jpeg()[:30], "anh.jpg"),
        (b"\xff\xd8\xff" + b"\0" * 100, "anh.jpg"),
    ],
)
def test_a_broken_image_is_refused(data, name):
    assert refusal(data, name).startswith(f"Ảnh “{name}” bị hỏng hoặc chưa tải lên hết.")


def test_an_upload_in_memory_may_have_no_name():
    assert check_upload(ContentFile(samples.pdf()), kinds=ALL).name == "tep.pdf"


def test_a_heic_photo_passes_where_it_is_wanted():
    found = check_upload(
        SimpleUploadedFile("IMG_1.HEIC", samples.heic()), kinds=frozenset({"heic"})
    )
    assert (found.kind, found.mime, found.pages) == ("heic", "image/heic", 1)


def test_a_heic_bomb_is_refused_by_what_it_says_of_itself():
    bomb = samples.heic().replace(bytes([0, 0, 0, 64, 0, 0, 0, 64]), bytes([0, 0, 255, 255] * 2))
    with pytest.raises(FileRefused, match="triệu điểm ảnh"):
        check_upload(SimpleUploadedFile("IMG_1.heic", bomb), kinds=frozenset({"heic"}))


def test_a_heic_photo_without_a_picture_is_refused():
    with pytest.raises(FileRefused, match="bị hỏng"):
        check_upload(
            SimpleUploadedFile("IMG_1.heic", samples.heic()[:40]), kinds=frozenset({"heic"})
        )


class FailingDisk(io.BytesIO):
    def read(self, *size):
        raise OSError(errno.EIO, "Input/output error")


def test_a_failing_disk_is_no_fault_of_the_file():
    with pytest.raises(OSError, match="Input/output"):
        check_office("don.docx", FailingDisk(b"x" * 100))
