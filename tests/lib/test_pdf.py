"""render_pdf: what comes out, what cannot get in."""

import http.server
import io
import re
import subprocess
import threading

import pikepdf
import pytest
from django.core import checks

from portal.lib import jobs, pdf
from portal.lib.pdf import check_fonts, is_ours, render_pdf
from tests.lib import guarded
from tests.lib.slip_context import CODE, slip_context

SLIP = "slips/mau01_2025.html"


@pytest.fixture(autouse=True, scope="module")
def nothing_left_behind():
    yield
    jobs.shutdown()


@pytest.fixture(scope="module")
def slip():
    return render_pdf(SLIP, slip_context(), variant="slip")


@pytest.fixture
def draw(settings, tmp_path):
    """Render raw HTML as if a template held it."""
    (tmp_path / "raw.html").write_text("{{ html|safe }}", encoding="utf-8")
    settings.TEMPLATES = [
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [str(tmp_path)]}
    ]

    def draw(body, variant="slip", base=None):
        html = f'<html lang="vi"><head><title>Thử</title></head><body>{body}</body></html>'
        return render_pdf("raw.html", {"html": html}, variant=variant, base=base)

    return draw


@pytest.fixture
def listener():
    """A web server on a free port; the list of paths it was asked for."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def text_of(data):
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()


def opened(data):
    return pikepdf.open(io.BytesIO(data))


def metadata(data):
    with opened(data) as document:
        return bytes(document.Root.Metadata.read_bytes()).decode()


def test_the_text_can_be_copied_out_in_vietnamese(slip):
    text = re.sub(r"\s+", " ", text_of(slip))
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Tiếp nhận hồ sơ của: Nguyễn Thị Ngọc Ánh" in text


def test_the_same_content_gives_the_same_bytes(slip):
    assert render_pdf(SLIP, slip_context(), variant="slip") == slip


def test_a_fresh_child_gives_the_same_bytes(slip):
    jobs.shutdown()
    assert render_pdf(SLIP, slip_context(), variant="slip") == slip


def test_a_slip_is_a5(slip):
    with opened(slip) as document:
        width, height = (float(side) * 25.4 / 72 for side in document.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (148, 210)


def test_a_slip_can_be_read_aloud(slip):
    with opened(slip) as document:
        assert str(document.Root.Lang) == "vi"
        assert bool(document.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in document.Root
        assert CODE in str(document.docinfo["/Title"])
    assert re.search(r"<pdfuaid:part>1<|pdfuaid:part=.1.", metadata(slip))


def test_a_result_can_be_archived(draw):
    data = draw("<p>Kết quả", variant="result")
    assert re.search(r"pdfaid:part(>|=.)2", metadata(data))
    assert re.search(r"pdfaid:conformance(>|=.)U", metadata(data))
    with opened(data) as document:
        assert "/OutputIntents" in document.Root


def test_every_font_is_embedded(slip):
    with opened(slip) as document:
        fonts = [thing for thing in document.objects if _is_font_descriptor(thing)]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


def _is_font_descriptor(thing):
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"


HOSTILE = [
    '<img alt="" src="{url}/img">',
    '<link rel="stylesheet" href="{url}/link.css">',
    "<style>@import url({url}/import.css);</style>",
    "<p style=\"background: url('{url}/back')\">x",
    "<style>@font-face {{ font-family: f; src: url({url}/font) }} p {{ font-family: f }}</style>",
    '<object data="{url}/object"></object><embed src="{url}/embed">',
    '<a rel="attachment" href="{url}/attach">x</a>',
    '<link rel="attachment" href="{url}/attach">',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}/svg" width="9" height="9"/></svg>',
    '<img alt="" src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22'
    " width=%229%22 height=%229%22%3E%3Cimage href=%22{url}/inner%22 width=%229%22"
    ' height=%229%22/%3E%3C/svg%3E">',
]


@pytest.mark.parametrize("body", HOSTILE)
def test_a_paper_asks_nobody_on_the_network(draw, listener, body):
    address, asked = listener
    assert draw(body.format(url=address)).startswith(b"%PDF")
    assert asked == []


@pytest.mark.parametrize("body", HOSTILE)
def test_a_paper_reads_no_file_of_the_machine(draw, tmp_path, body):
    secret = tmp_path / "passwd"
    secret.write_bytes(b"root:x:0:0:" * 100)
    for url in (secret.as_uri(), "file:///etc/passwd"):
        with opened(draw(body.format(url=url).replace("/attach", ""))) as document:
            assert len(document.attachments) == 0
            streams = [s for s in document.objects if isinstance(s, pikepdf.Stream)]
            assert not any(b"root:x:" in _bytes(stream) for stream in streams)


def _bytes(stream):
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:
        return stream.read_raw_bytes()


@pytest.fixture
def unguarded():
    """Render with WeasyPrint's own fetcher in place of ours."""

    def unguarded(body):
        html = f'<html lang="vi"><title>Thử</title>{body}'
        return jobs.run_guarded(guarded.write_pdf_without_guard, html, "/nonexistent")

    jobs.shutdown()
    yield unguarded
    jobs.shutdown()


def test_twin_without_the_guard_every_one_of_these_asks(unguarded, listener):
    address, asked = listener
    for body in HOSTILE:
        before = len(asked)
        unguarded(body.format(url=address))
        assert len(asked) > before, body


def test_twin_without_the_guard_a_file_of_the_machine_is_attached(unguarded):
    data = unguarded('<link rel="attachment" href="file:///etc/passwd">')
    with opened(data) as document:
        streams = [s for s in document.objects if isinstance(s, pikepdf.Stream)]
        assert any(b"root:x:" in _bytes(stream) for stream in streams)


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("file://{root}/css/a.css", True),
        ("file://{root}/css/../css/a.css", True),
        ("data:image/png;base64,AAAA", True),
        ("DATA:image/png;base64,AAAA", True),
        ("file://{root}/../outside", False),
        ("file://{root}/%2e%2e/outside", False),
        ("file://{root}/css", False),
        ("file://{root}/link", False),
        ("file://otherhost{root}/css/a.css", False),
        ("file:///etc/passwd", False),
        ("data:text/html,<script>", False),
        ("data:image/png;base64," + "A" * 2_000_000, False),
        ("http://127.0.0.1/", False),
        ("ftp://127.0.0.1/", False),
        ("gopher://x", False),
    ],
)
def test_only_our_files_and_small_pictures_are_ours(tmp_path, url, ours):
    root = tmp_path.resolve() / "static"
    (root / "css").mkdir(parents=True)
    (root / "css" / "a.css").write_text("p {}")
    (tmp_path / "outside").write_text("x")
    (root / "link").symlink_to(tmp_path / "outside")
    assert is_ours(url.format(root=root), str(root)) is ours


def test_a_changed_style_sheet_is_read_again(draw, tmp_path):
    sheet = tmp_path / "a.css"
    body = '<link rel="stylesheet" href="a.css"><p>x'
    sheet.write_text("@page { size: 100mm 100mm }")
    first = draw(body, base=tmp_path)
    sheet.write_text("@page { size: 100mm 200mm }")
    with opened(first) as one, opened(draw(body, base=tmp_path)) as two:
        assert one.pages[0].mediabox[3] * 2 == pytest.approx(two.pages[0].mediabox[3], abs=1)


def test_what_people_typed_is_printed_as_they_typed_it():
    name = '<img src=x>{{ 7|add:"7" }}&amp;'
    owner = slip_context()["owner"] | {"name": name}
    data = render_pdf(SLIP, slip_context(owner=owner), variant="slip")
    assert name in text_of(data)


def test_an_endless_paper_is_given_up(draw, settings, monkeypatch):
    monkeypatch.setattr(
        pdf, "run_guarded", lambda *args, **kw: jobs.run_guarded(*args, timeout=2, **kw)
    )
    with pytest.raises(jobs.JobTimeout):
        draw("<table><tr><td>x</table>" * 20_000)


def test_the_fonts_we_need_are_installed():
    assert check_fonts() == []


def test_the_font_check_runs_with_the_others():
    assert "pdf" in checks.registry.registry.tags_available()


@pytest.mark.parametrize(
    ("found", "ids"),
    [("", ["portal.E103"]), ("DejaVu Sans\n", ["portal.W104"]), ("Liberation Serif\n", [])],
)
def test_missing_fonts_are_named(monkeypatch, found, ids):
    done = subprocess.CompletedProcess([], 0, stdout=found)
    monkeypatch.setattr(pdf.subprocess, "run", lambda *args, **options: done)
    assert [problem.id for problem in check_fonts()] == ids


def test_a_machine_without_fontconfig_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    (problem,) = check_fonts()
    assert problem.id == "portal.E101"
    assert "fonts-liberation2" in problem.hint
