"""Short films: which are taken, what is blanked in them, and parts of them over HTTP."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.lib.files import FileRefused, check_upload, clean_copy, serve_file, store_file
from tests.lib import samples

FILM = frozenset({"mp4"})


def checked(content, name="cach-nop.mp4"):
    return check_upload(SimpleUploadedFile(name, content), kinds=FILM)


def refusal(content, name="cach-nop.mp4"):
    with pytest.raises(FileRefused) as caught:
        checked(content, name)
    return caught.value.sentence


def test_a_film_is_taken():
    found = checked(samples.mp4())
    assert (found.kind, found.mime, found.pages) == ("mp4", "video/mp4", 0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!doctype html><script>alert(1)</script>", "không phải MP4"),
        (b"<script>alert(1)</script>" + samples.mp4(), "không phải MP4"),
        (samples.mp4(more=b"<script>alert(1)</script>"), "hỏng"),
        (samples.mp4(more=samples.box(b"html", b"<script>")), "hỏng"),
        (samples.mp4()[:-10], "hỏng"),
        (samples.mp4()[:24], "MP4"),
        (samples.mp4(codec=b"hvc1"), "H.264"),
        (samples.mp4(inside=samples.box(b"free") * 6000), "hỏng"),
        (samples.mp4(more=b"\x00\x00\x00\x04free"), "hỏng"),
        (b"", "trống"),
    ],
    ids=["html", "before", "behind", "box", "cut", "head", "hevc", "many", "loop", "empty"],
)
def test_what_is_no_plain_film_is_refused(content, words):
    assert words in refusal(content)


def test_a_film_too_large_is_refused_and_a_form_has_the_usual_limit(settings):
    settings.UPLOAD_LIMITS = settings.UPLOAD_LIMITS | {"max_bytes": 900, "max_video_bytes": 2000}
    assert checked(samples.mp4(pictures=bytes(1000))).size > 900
    assert "quá mức" in refusal(samples.mp4(pictures=bytes(2000)))
    long = SimpleUploadedFile("mau.pdf", samples.pdf() + b" " * 900)
    with pytest.raises(FileRefused, match="quá mức"):
        check_upload(long, kinds=FILM | {"pdf"})


def test_places_and_names_are_blanked_where_they_stand(tmp_path):
    place = samples.box(b"udta", b"\xa9xyz+10.77+106.70/")
    hidden = samples.box(b"uuid", b"<script>")
    film = samples.mp4(inside=place, more=hidden, pictures=b"H264" * 9)
    (tmp_path / "in").write_bytes(film)
    made = clean_copy(tmp_path / "in", tmp_path / "out", "mp4")
    clean = (tmp_path / "out").read_bytes()
    assert b"106.70" not in clean and b"script" not in clean
    assert len(clean) == len(film) == made.size
    assert clean.index(b"H264") == film.index(b"H264") and clean.count(b"H264") == 9


# --- parts over HTTP ------------------------------------------------------------------------------


@pytest.fixture
def served(rf, settings, tmp_path):
    settings.PRIVATE_ROOT, settings.X_ACCEL = tmp_path / "private", False
    name = store_file(SimpleUploadedFile("phim.mp4", b"0123456789"), "catalogue")

    def get(**headers):
        request = rf.get("/", headers={key.replace("_", "-"): v for key, v in headers.items()})
        answer = serve_file(request, name, "phim.mp4", "video/mp4", inline=True)
        answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.close()
        return answer

    return get


@pytest.mark.parametrize(
    ("asked", "status", "body", "told"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=4-99", 206, b"456789", "bytes 4-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=5-2", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        ("lines=0-3", 200, b"0123456789", None),
    ],
)
def test_a_part_of_a_film(served, asked, status, body, told):
    answer = served(Range=asked)
    assert (answer.status_code, answer.body) == (status, body)
    assert answer.get("Content-Range") == told
    assert status == 416 or answer["Content-Length"] == str(len(body))
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_rest_of_another_film_is_not_sent(served):
    etag = served()["ETag"]
    assert served(Range="bytes=5-", If_Range=etag).status_code == 206
    assert served(Range="bytes=5-", If_Range='"another"').body == b"0123456789"


def test_a_film_is_shown_and_may_play_by_itself(served):
    answer = served()
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Accept-Ranges"] == "bytes"
    assert "media-src 'self'" in answer["Content-Security-Policy"]
    assert "sandbox" in answer["Content-Security-Policy"]
