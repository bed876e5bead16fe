"""A tus 1.0.0 client of a few lines, for Django's test client."""

import base64

from django.urls import reverse

PIECE = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}


def metadata(**said):
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items()
    )


def create(browser, draft, length, *, first=b"", place=None, filename="giay.pdf", **headers):
    """The answer to a beginning, for the only paper of the draft's case."""
    said = metadata(
        filename=filename, place=place or f"tep-{draft.case.requirements.first().pk}", mark="17"
    )
    sent = TUS | {"Upload-Length": str(length), "Upload-Metadata": said} | headers
    kind = PIECE if first else "application/x-nothing"
    return browser.post(
        reverse("tus-creation", args=[draft.public_id]), first, content_type=kind, headers=sent
    )


def begun(browser, draft, length, **kw):
    """The address of a new upload."""
    answer = create(browser, draft, length, **kw)
    assert answer.status_code == 201, answer.content.decode()
    return answer["Location"]


def patch(browser, address, offset, data, **headers):
    sent = TUS | {"Upload-Offset": str(offset)} | headers
    # The test client names no type for an empty body; browsers do.
    return browser.patch(address, data, content_type=PIECE, headers=sent, CONTENT_TYPE=PIECE)


def head(browser, address):
    return browser.head(address, headers=TUS)


def delete(browser, address):
    return browser.delete(address, headers=TUS)
