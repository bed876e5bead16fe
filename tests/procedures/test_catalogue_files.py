"""Forms to fill, filled examples and guidance: taken, reused, shown to whom they are for."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.lib.files import FileRefused
from procedures import actions
from procedures.actions.errors import RecordInvalid
from procedures.files import files_by_id, files_of, published_file_ids
from procedures.models import CatalogueFile
from tests import factories
from tests.factories import MORNING
from tests.lib import samples
from tests.procedures.records import a_record

WORD = b"""<?xml version="1.0"?><w:document xmlns:w="x"><w:body/></w:document>"""
RELS = """<?xml version="1.0"?><Relationships xmlns="r"><Relationship Id="a"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}"
 Target="https://example.com/x" TargetMode="External"/></Relationships>"""


def a_package(main="word/document.xml", **more):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(main, WORD)
        for name, content in more.items():
            package.writestr(name, content)
    return out.getvalue()


def add(by, name="to-khai.pdf", content=None, purpose="form"):
    upload = SimpleUploadedFile(name, factories.a_pdf() if content is None else content)
    return actions.add_file(upload, purpose=purpose, by=by, at=MORNING)


def refusal(by, name, content, purpose="form"):
    with pytest.raises(FileRefused) as caught:
        add(by, name, content, purpose)
    return caught.value.sentence


def with_file(file, **where):
    """A record whose only paper has this form, or whose guidance has this file."""
    record = a_record()
    record["cases"][0]["requirements"][0]["forms"] = [
        {"name": "Tờ khai", "file": str(file.public_id)}
    ]
    return record | where


def get(client, file, status=200):
    answer = client.get(file.get_absolute_url())
    assert answer.status_code == status
    answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    return answer


# --- taking them in -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("to-khai.pdf", factories.a_pdf(), "pdf"),
        ("to-khai.docx", a_package(), "docx"),
        ("bang-ke.xlsx", a_package("xl/workbook.xml"), "xlsx"),
    ],
)
def test_a_form_is_kept(cuc, name, content, kind):
    file = add(cuc, name, content)
    assert (file.name, file.kind, file.uploaded_by) == (name, kind, cuc)


def test_a_picture_is_no_form_but_may_guide(cuc):
    assert "không phải" in refusal(cuc, "mau.jpg", factories.a_jpeg())
    assert add(cuc, "mau.jpg", factories.a_jpeg(), "guidance").kind == "jpeg"


def test_a_page_named_as_a_film_is_refused(cuc):
    assert "không phải" in refusal(cuc, "cach-nop.mp4", b"<script>alert(1)</script>", "guidance")
    assert "không phải" in refusal(cuc, "mau.mp4", samples.mp4(), "form")
    assert CatalogueFile.objects.count() == 0


def test_the_same_file_again_is_the_one_there_is(cuc):
    content = a_package()
    assert add(cuc, "a.docx", content) == add(cuc, "a.docx", content)
    assert CatalogueFile.objects.count() == 1


def test_the_same_bytes_under_another_name_are_stored_once(cuc):
    content = a_package()
    one, two = add(cuc, "a.docx", content), add(cuc, "b.docx", content)
    assert one.pk != two.pk and one.stored_name == two.stored_name


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (a_package(**{"word/vbaProject.bin": b"x"}), "mã lệnh"),
        (a_package(**{"word/embeddings/a.bin": b"x"}), "mã lệnh"),
        (a_package(**{"word/_rels/settings.xml.rels": RELS.format("attachedTemplate")}), "tự tải"),
        (a_package(**{"word/_rels/document.xml.rels": "<!DOCTYPE a><a/>"}), "hỏng"),
        (a_package(**{"word/big.xml": bytes(201 * 1024 * 1024)}), "quá lớn"),
        (a_package("ppt/presentation.xml"), "không phải PDF, Word (.docx) hoặc Excel (.xlsx)"),
        (a_package()[:-30], "hỏng"),
        (b"PK\x03\x04" + b"\0" * 200, "không phải"),
        (b"", "trống"),
    ],
    ids=["macro", "object", "template", "entity", "bomb", "slides", "cut", "zeros", "empty"],
)
def test_what_runs_or_breaks_is_refused(cuc, content, words):
    assert words in refusal(cuc, "to-khai.docx", content)
    assert CatalogueFile.objects.count() == 0


def test_a_link_in_a_document_is_no_harm(cuc):
    content = a_package(**{"word/_rels/document.xml.rels": RELS.format("hyperlink")})
    assert add(cuc, "to-khai.docx", content).kind == "docx"


def test_a_scanner_that_is_away_keeps_files_out(cuc, settings):
    settings.CLAMD_ADDRESS = "unix:/nowhere/clamd.sock"
    assert "chưa trả lời" in refusal(cuc, "to-khai.pdf", factories.a_pdf())


# --- who sees them --------------------------------------------------------------------------------


def test_a_file_no_version_names_is_for_editors(client, cuc, stranger):
    file = add(cuc)
    get(client, file, 404)
    client.force_login(stranger)
    get(client, file, 404)
    client.force_login(cuc)
    assert get(client, file)["Cache-Control"] == "private, no-store"


def test_a_version_in_force_shows_its_files_to_everybody(client, cuc):
    file = add(cuc)
    actions.publish(with_file(file), by=cuc, at=MORNING)
    answer = get(client, file)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer.body.startswith(b"%PDF")


def test_a_file_the_next_version_no_longer_names_is_taken_back(client, cuc):
    file = add(cuc)
    actions.publish(with_file(file), by=cuc, at=MORNING)
    actions.publish(a_record(), by=cuc, at=MORNING)
    get(client, file, 404)


def test_samples_and_guidance_are_named_too(cuc):
    sample, guide = add(cuc, "mau.pdf", purpose="sample"), add(cuc, "hd.docx", a_package())
    record = a_record(
        media=[{"kind": "document", "title": "Cách điền", "file": str(guide.public_id)}]
    )
    record["cases"][0]["requirements"][0]["sample"] = str(sample.public_id)
    version = actions.publish(record, by=cuc, at=MORNING).version
    wanted = {str(sample.public_id), str(guide.public_id)}
    assert set(files_of(version)) == wanted == published_file_ids()


def a_film(file, words="Chọn thủ tục rồi bấm Nộp hồ sơ."):
    item = {"kind": "video", "title": "Cách nộp", "file": str(file.public_id), "text": words}
    return a_record(media=[item])


def test_a_film_plays_in_the_page_beside_its_words(client, cuc):
    file = add(cuc, "cach-nop.mp4", samples.mp4(), "guidance")
    actions.publish(a_film(file), by=cuc, at=MORNING)
    html = client.get(reverse("procedure", args=["1.001193"])).content.decode()
    assert f'controls preload="metadata" playsinline src="{file.get_absolute_url()}"' in html
    assert "autoplay" not in html and "Chọn thủ tục rồi bấm Nộp hồ sơ." in html
    answer = client.get(file.get_absolute_url(), headers={"Range": "bytes=4-7"})
    assert (answer.status_code, b"".join(answer.streaming_content)) == (206, b"ftyp")
    answer.close()


def test_a_picture_is_shown_in_the_page_with_its_words(client, cuc):
    file = add(cuc, "cach-dien.png", samples.png(), "guidance")
    words = "Ghi bằng chữ in hoa."
    item = {"kind": "image", "title": "Cách điền", "file": str(file.public_id), "text": words}
    actions.publish(a_record(media=[item]), by=cuc, at=MORNING)
    html = client.get(reverse("procedure", args=["1.001193"])).content.decode()
    assert f'src="{file.get_absolute_url()}" alt="Cách điền" loading="lazy"' in html
    assert words in html


def test_a_film_without_words_is_not_published(cuc):
    file = add(cuc, "cach-nop.mp4", samples.mp4(), "guidance")
    with pytest.raises(RecordInvalid, match="cần ghi lời của video"):
        actions.publish(a_film(file, words=""), by=cuc, at=MORNING)


def test_a_picture_without_words_is_not_published(cuc):
    file = add(cuc, "cach-dien.png", samples.png(), "guidance")
    item = {"kind": "image", "title": "Cách điền", "file": str(file.public_id)}
    with pytest.raises(RecordInvalid, match="cần ghi nội dung của hình"):
        actions.publish(a_record(media=[item]), by=cuc, at=MORNING)


def test_files_of_a_version_are_one_query(cuc, django_assert_num_queries):
    version = actions.publish(with_file(add(cuc)), by=cuc, at=MORNING).version
    with django_assert_num_queries(1):
        assert [file.name for file in files_of(version).values()] == ["to-khai.pdf"]


def test_made_up_ids_find_nothing(cuc, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert files_by_id(["", "x", "' OR 1=1"]) == {}


def test_a_word_file_is_downloaded_not_shown(client, cuc):
    file = add(cuc, "to-khai.docx", a_package())
    client.force_login(cuc)
    assert get(client, file)["Content-Disposition"].startswith("attachment")


def test_only_reading(client, cuc):
    assert client.post(reverse("catalogue-file", args=[add(cuc).public_id, "a"])).status_code == 405
