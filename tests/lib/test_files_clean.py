"""clean_copy: what comes out is whole and harmless. Twins show what would come out without."""

import hashlib
import io

import pikepdf
import pytest
from PIL import Image

from portal.lib import jobs
from portal.lib.files import FileRefused, clean_copy, cleaning
from tests.lib import samples

ACTIVE = [
    word.encode()
    for word in "/JavaScript /Launch /EmbeddedFile /OpenAction /AA /RichMedia /EF /XFA cmd.exe"
    " app.alert".split()
]


@pytest.fixture(autouse=True, scope="module")
def nothing_left_behind():
    yield
    jobs.shutdown()


@pytest.fixture
def clean(tmp_path):
    def clean(data, kind):
        (tmp_path / "in").write_bytes(data)
        found = clean_copy(tmp_path / "in", tmp_path / "out", kind)
        return found, (tmp_path / "out").read_bytes()

    return clean


@pytest.fixture
def refusal(clean, tmp_path):
    def refusal(data, kind):
        with pytest.raises(FileRefused) as caught:
            clean(data, kind)
        assert [path.name for path in tmp_path.iterdir()] == ["in"]
        return caught.value.sentence

    return refusal


def flat(data):
    """A PDF's bytes with nothing compressed, to look into."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return samples.saved(
            pdf,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=False,
        )


def test_a_pdf_keeps_its_pages(clean):
    found, data = clean(samples.pdf(3), "pdf")
    assert (found.pages, found.size) == (3, len(data))
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == 3


@pytest.mark.parametrize("kind", samples.HOSTILE_PDF)
def test_what_a_pdf_could_run_is_gone(clean, kind):
    hostile = samples.hostile_pdf(kind)
    assert any(word in flat(hostile) for word in ACTIVE)
    _, data = clean(hostile, "pdf")
    assert [word for word in ACTIVE if word in flat(data)] == []


@pytest.mark.parametrize("kind", samples.HOSTILE_PDF)
def test_twin_without_disarming_the_harm_comes_through(monkeypatch, tmp_path, kind):
    monkeypatch.setattr(cleaning, "_disarm", lambda pdf: 0)
    (tmp_path / "in").write_bytes(samples.hostile_pdf(kind))
    cleaning._clean(str(tmp_path / "in"), str(tmp_path / "out"), "pdf", 1000, 10)
    assert any(word in flat((tmp_path / "out").read_bytes()) for word in ACTIVE)


def test_a_link_to_the_web_stays(clean):
    _, data = clean(samples.hostile_pdf("chained-script"), "pdf")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert str(pdf.pages[0].Annots[0].A.URI) == "https://example.vn"


@pytest.mark.parametrize("user", ["", "mat-khau"])
def test_a_locked_pdf_is_refused(refusal, user):
    assert "có đặt mật khẩu" in refusal(samples.locked_pdf(user), "pdf")


def test_too_many_pages_are_refused(refusal, settings):
    settings.UPLOAD_LIMITS = settings.UPLOAD_LIMITS | {"max_pages": 2}
    assert "có 3 trang, quá mức 2 trang" in refusal(samples.pdf(3), "pdf")


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n%%EOF", b"%PDF-1.4\n" + b"0" * 5000 + b"\n%%EOF", samples.jpeg()]
)
def test_a_pdf_that_cannot_be_opened_is_refused(refusal, data):
    assert refusal(data, "pdf").startswith("Tệp không mở được")


def test_a_pdf_without_pages_is_refused(refusal):
    assert refusal(samples.saved(pikepdf.new()), "pdf").startswith("Tệp không mở được")


def test_a_signed_pdf_keeps_its_very_bytes(clean):
    signed = samples.signed_pdf()
    assert clean(signed, "pdf")[1] == signed


@pytest.mark.parametrize("kind", samples.HOSTILE_PDF)
def test_a_signed_pdf_with_anything_active_is_refused(refusal, kind):
    assert "đã ký số nhưng có chứa mã lệnh" in refusal(
        samples.hostile_pdf(kind, signed=True), "pdf"
    )


def test_bytes_around_a_pdf_are_gone(clean):
    _, data = clean(samples.pdf() + b"\n" + samples.PHP, "pdf")
    assert samples.PHP not in data
    assert data.startswith(b"%PDF-")


@pytest.mark.parametrize("extra", [samples.PHP, samples.pdf(), b"PK\x03\x04zip"])
def test_bytes_after_a_jpeg_are_gone(clean, extra):
    _, data = clean(samples.jpeg() + extra, "jpeg")
    assert extra not in data
    assert data.endswith(b"\xff\xd9")


def test_a_jpeg_loses_its_comment_and_exif(clean):
    _, data = clean(samples.jpeg(comment=samples.PHP), "jpeg")
    assert b"PhoneMaker" not in data and samples.PHP not in data
    assert dict(Image.open(io.BytesIO(data)).getexif()) == {}


def test_a_turned_photo_is_set_upright_first(clean):
    _, data = clean(samples.jpeg((60, 40), orientation=6), "jpeg")
    assert Image.open(io.BytesIO(data)).size == (40, 60)


def test_a_large_photo_is_made_smaller(clean):
    _, data = clean(samples.jpeg((5000, 1000)), "jpeg")
    assert Image.open(io.BytesIO(data)).size == (4000, 800)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_each_mode_of_png_is_read(clean, mode):
    found, data = clean(samples.png(mode=mode), "png")
    assert found.pages == 1
    assert Image.open(io.BytesIO(data)).size == (60, 40)


def test_a_transparent_png_stays_transparent(clean):
    _, data = clean(samples.png(mode="RGBA"), "png")
    assert Image.open(io.BytesIO(data)).getpixel((0, 0)) == (0, 0, 0, 0)


def test_a_print_shop_jpeg_in_four_colours_is_read(clean):
    out = io.BytesIO()
    Image.new("CMYK", (20, 20)).save(out, "JPEG")
    _, data = clean(out.getvalue(), "jpeg")
    assert Image.open(io.BytesIO(data)).mode == "RGB"


def test_an_image_bomb_is_refused(refusal):
    assert "Ảnh quá lớn (trên 50 triệu điểm ảnh)" in refusal(samples.png_bomb(), "png")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (samples.jpeg((600, 400))[:1500], "jpeg"),
        (samples.png()[:50], "png"),
        (b"", "png"),
        (samples.png(), "jpeg"),
    ],
)
def test_an_image_that_cannot_be_decoded_is_refused(refusal, data, kind):
    assert refusal(data, kind).startswith("Tệp không mở được")


def test_an_older_copy_is_replaced_whole(clean, tmp_path):
    (tmp_path / "out").write_bytes(b"older")
    assert clean(samples.pdf(), "pdf")[1].startswith(b"%PDF-")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]
