"""Resumable uploads: the server's side of tus 1.0.0 (https://tus.io/protocols/resumable-upload)
with creation, creation-with-upload, checksum (sha256), expiration and termination.

A file that arrived whole is looked at like any other; what came of it stands on the papers page
(a paper, or the sentence why not), so an answer that was lost on the way is no loss.
"""

import base64
import binascii
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date

from accounts import sessions
from dossiers import actions
from dossiers.forms import uploads
from dossiers.models import Upload
from dossiers.views import wizard
from portal.lib.files import DiskFull, FileRefused, pieces
from portal.lib.web import AuthenticatedRequest

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
PIECE = "application/offset+octet-stream"
BROKEN = "Yêu cầu gửi tệp không đúng dạng. Hãy tải lại trang rồi gửi lại."
GONE = "Bản nháp hoặc tệp gửi dở này không còn nữa. Hãy tải lại trang."
SIGNED_OUT = "Phiên làm việc đã hết. Hãy đăng nhập lại để gửi tiếp tệp này."
ELSEWHERE = "Tệp đang được gửi từ một thẻ hay thiết bị khác."

View = Callable[..., HttpResponse]


class Refused(Exception):  # noqa: N818  (an answer)
    def __init__(self, status: int, sentence: str = BROKEN) -> None:
        super().__init__(sentence)
        self.status = status


def speaks_tus(view: View) -> View:
    """The version both sides must agree on, the headers every answer has, refusals as text. To
    send a file is to be at work: it prolongs the session, and says for how long."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            answer = HttpResponse(status=204)
            answer["Tus-Max-Size"] = str(settings.UPLOAD_LIMITS["max_resumed_bytes"])
            answer["Tus-Extension"], answer["Tus-Version"] = EXTENSIONS, VERSION
            answer["Tus-Checksum-Algorithm"] = "sha256"
        elif request.headers.get("Tus-Resumable") != VERSION:
            answer = _told(412, "Trình duyệt gửi tệp theo cách cổng không hiểu.")
            answer["Tus-Version"] = VERSION
        else:
            answer = _guarded(view, request, *args, **kwargs)
            if request.method in ("POST", "PATCH") and answer.status_code < 300:
                sessions.stay_while_busy(request)
                answer["Session-Left"] = str(sessions.seconds_left(request) or "")
        answer["Tus-Resumable"] = VERSION
        answer["Cache-Control"] = "no-store"
        return answer

    answered.signed_out = signed_out  # type: ignore[attr-defined]
    return answered


def signed_out(request: HttpRequest) -> HttpResponse:
    """For SignInFirst: whoever sends pieces cannot use the sign-in page it would be led to."""
    answer = _told(401, SIGNED_OUT)
    answer["Tus-Resumable"] = VERSION
    answer["Cache-Control"] = "no-store"
    answer["WWW-Authenticate"] = "Session"
    return answer


def _told(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


def _guarded(view: View, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        return view(*args, **kwargs)
    except Refused as refused:
        return _told(refused.status, str(refused))
    except DiskFull as full:
        return _told(507, str(full))
    except Http404:
        return _told(404, GONE)
    except actions.Stale as gone:
        return _told(410, str(gone))
    except (FileRefused, actions.DossierError) as error:
        return _told(422, str(error))


@speaks_tus
def creation(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """POST: begin a file of one of the dossier's places; its first piece may come along."""
    dossier = wizard.own_dossier(request, public_id)
    if request.method != "POST":
        raise Refused(405)
    said = _metadata(request.headers.get("Upload-Metadata", ""))
    places = uploads.all_places(dossier, wizard.needs_of(dossier))
    place = uploads.place_of(
        uploads.slots_of(places, dossier.papers.current()), said.get("place", "")
    )
    if place is None:
        raise Refused(422, uploads.NOT_HERE)
    length = _number(request, "Upload-Length")
    named = actions.Announced(said.get("filename", ""), length, said.get("mark", ""))
    upload = actions.begin_upload(
        dossier,
        announced=named,
        place=place[0].place,
        replaces=place[1],
        by=request.user,
        at=timezone.now(),
    )
    offset = _take(request, upload, 0) if request.content_type == PIECE else 0
    answer = _state(upload, offset, status=201)
    answer["Location"] = reverse("tus-upload", args=[upload.public_id])
    return answer


@speaks_tus
def upload(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """HEAD: how much is here. PATCH: the next piece. DELETE: it is not wanted any more."""
    mine = Upload.objects.visible_to(request.user).select_related("dossier", "requirement")
    found = mine.filter(public_id=public_id).first()
    if found is None:
        raise Http404("Không có tệp này.")
    if found.expires_at <= timezone.now():
        raise Refused(410, "Tệp gửi dở đã quá hạn giữ. Hãy gửi lại từ đầu.")
    method = request.method
    if method == "POST":  # for those whose network lets nothing else through
        method = request.headers.get("X-HTTP-Method-Override", "")
    if method == "HEAD":
        return _state(found, _here(found), status=200)
    if method == "PATCH":
        if request.content_type != PIECE:
            raise Refused(415)
        return _state(found, _take(request, found, _number(request, "Upload-Offset")), status=204)
    if method == "DELETE":
        actions.drop_upload(found)
        return HttpResponse(status=204)
    raise Refused(405)


def _take(request: HttpRequest, upload: Upload, offset: int) -> int:
    if upload.paper_id or upload.refused:
        if offset != upload.length:
            raise Refused(409, ELSEWHERE)
        return upload.length
    try:
        return actions.take_piece(
            upload, stream=request, offset=offset, at=timezone.now(), sha256=_checksum(request)
        )
    except pieces.OffsetLies:
        raise Refused(409, ELSEWHERE) from None
    except pieces.Busy:
        raise Refused(423, ELSEWHERE) from None
    except pieces.TooLong:
        raise Refused(413, "Tệp dài hơn đã báo. Hãy chọn lại tệp rồi gửi lại.") from None
    except pieces.Spoilt:
        raise Refused(460, "Một phần tệp bị sai lệch trên đường gửi.") from None
    except FileNotFoundError:
        raise Refused(410, "Tệp gửi dở không còn trên máy chủ. Hãy gửi lại từ đầu.") from None


def _here(upload: Upload) -> int:
    if upload.paper_id or upload.refused:
        return upload.length
    try:
        return pieces.size_of(upload.stored_name)
    except FileNotFoundError:
        raise Refused(410) from None


def _state(upload: Upload, offset: int, status: int) -> HttpResponse:
    answer = HttpResponse(status=status)
    answer["Upload-Offset"], answer["Upload-Length"] = str(offset), str(upload.length)
    answer["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return answer


def _number(request: HttpRequest, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Refused(400)
    return int(text)


def _metadata(header: str) -> dict[str, str]:
    """ "filename <base64>,place <base64>" as a dictionary; 400 for anything else."""
    found = {}
    for pair in filter(None, (one.strip() for one in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode().replace("\0", "")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            raise Refused(400) from None
    return found


def _checksum(request: HttpRequest) -> bytes | None:
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _, value = header.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(400) from None
    if algorithm != "sha256" or len(digest) != 32:
        raise Refused(400)
    return digest
