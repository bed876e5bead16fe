"""Short ways around the wizard's pages."""

import re
import uuid
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from dossiers.models import Dossier
from procedures.models import Service
from tests.factories import SMALL_ANSWERS

OWNER = {
    "ho_ten": "Nguyễn Văn Bình",
    "dien_thoai": "0912 345 678",
    "dia_chi": "Số 5, khu Nam Quan, xã Đồng Đăng",
}


def url(name: str, dossier: Dossier, *args: str) -> str:
    return reverse(name, args=[dossier.public_id, *args])


def as_user(user: User) -> Client:
    browser = Client(raise_request_exception=True)
    browser.force_login(user)
    return browser


def start(browser: Client, service: Service, **changes: Any) -> HttpResponse:
    data = {"co_quan": service.pk, "token": str(uuid.uuid4())} | changes
    return browser.post(reverse("start-filing", args=[service.procedure.code]), data)


def text_of(response: HttpResponse) -> str:
    """What a person reads, on one line."""
    page = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def mark_of(response: HttpResponse) -> str:
    """The check page's mark of what it showed."""
    found = re.search(r'name="dau" value="(\w+)"', response.content.decode())
    assert found
    return found[1]


def submit(browser: Client, dossier: Dossier, **changes: Any) -> HttpResponse:
    shown = browser.get(url("filing-check", dossier))
    data = {"cam_doan": "on", "dau": mark_of(shown)} | changes
    return browser.post(url("filing-check", dossier), data)


def fill_owner(browser: Client, dossier: Dossier) -> HttpResponse:
    return browser.post(url("filing-owner", dossier), OWNER)


def fill_eform(browser: Client, dossier: Dossier, **changes: Any) -> HttpResponse:
    return browser.post(url("filing-eform", dossier), SMALL_ANSWERS | changes)
