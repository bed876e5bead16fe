"""Public pages from memory: the same for everybody, personal to nobody, never too many."""

from datetime import timedelta

import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from portal.lib import publicpages
from portal.middleware import PublicPageCache
from procedures.actions import publish
from tests import factories
from tests.factories import MORNING
from tests.procedures.records import a_record

pytestmark = pytest.mark.django_db
PATHS = ["/", "/thu-tuc/", "/thu-tuc/?q=khai+sinh", "/thu-tuc/1.001193/", "/tro-giup/"]
PAGE = "/thu-tuc/1.001193/"


@pytest.fixture(autouse=True)
def procedure() -> None:
    factories.a_service()


def a_view(request: object) -> HttpResponse:
    return HttpResponse("trang")


@pytest.mark.parametrize("path", PATHS)
def test_no_cookie_no_token_no_nonce(path: str) -> None:
    response = Client().get(path)
    assert not response.cookies
    assert b"csrfmiddlewaretoken" not in response.content and b"nonce=" not in response.content
    assert "nonce-" not in response["Content-Security-Policy"]


@pytest.mark.parametrize("path", PATHS)
def test_the_second_visitor_costs_no_query_and_sees_the_same(path: str) -> None:
    client = Client()
    first = client.get(path)
    with CaptureQueriesContext(connection) as seen:
        second = client.get(path)
    assert len(seen) == 0
    assert second.content == first.content
    assert dict(second.items()) == dict(first.items())


@pytest.mark.parametrize("path", PATHS)
def test_it_says_how_long_it_may_be_kept(path: str) -> None:
    response = Client().get(path)
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["Vary"] == "Cookie" and response["ETag"].startswith('W/"')


def test_security_headers_are_on_kept_pages_too() -> None:
    client = Client()
    client.get(PAGE)
    response = client.get(PAGE)
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in response


def test_a_browser_that_has_the_page_is_told_so() -> None:
    client = Client()
    etag = client.get(PAGE)["ETag"]
    response = client.get(PAGE, headers={"if-none-match": etag})
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)


def test_another_etag_gets_the_page() -> None:
    client = Client()
    client.get(PAGE)
    assert client.get(PAGE, headers={"if-none-match": 'W/"khac"'}).status_code == 200


def test_head_has_the_length_and_no_body() -> None:
    client = Client()
    full = client.get(PAGE)
    head = client.head(PAGE)
    assert (head.content, head["Content-Length"]) == (b"", str(len(full.content)))


def test_a_head_first_does_not_empty_the_page_for_others() -> None:
    client = Client()
    client.head(PAGE)
    assert b"khai sinh" in client.get(PAGE).content


@pytest.fixture
def signed_in(binh: User) -> Client:
    client = Client()
    client.force_login(binh)
    return client


@pytest.mark.parametrize("path", PATHS)
def test_a_signed_in_person_sees_their_name_and_may_sign_out(signed_in: Client, path: str) -> None:
    for response in (signed_in.get(path), signed_in.get(path)):
        html = response.content.decode()
        assert "Nguyễn Văn Bình" in html and "csrfmiddlewaretoken" in html
        assert response["Cache-Control"] == "private, no-store" and "ETag" not in response


def test_what_a_signed_in_person_saw_stays_theirs(signed_in: Client) -> None:
    signed_in.get(PAGE)
    signed_in.logout()
    response = signed_in.get(PAGE)
    assert "Nguyễn Văn Bình" not in response.content.decode()
    assert b"csrfmiddlewaretoken" not in response.content and not response.cookies


def test_the_rest_is_the_page_everybody_has(signed_in: Client) -> None:
    def below_title(client: Client) -> str:
        return client.get(PAGE).content.decode().split("<h1", 1)[1]

    assert below_title(signed_in) == below_title(Client())


def test_a_kept_page_costs_a_signed_in_person_their_session_and_name(signed_in: Client) -> None:
    signed_in.get(PAGE)
    with CaptureQueriesContext(connection) as seen:
        signed_in.get(PAGE)
    assert len(seen) == 2


def test_a_signed_in_person_gets_404_with_their_name(signed_in: Client) -> None:
    response = signed_in.get("/thu-tuc/9.999999/")
    assert response.status_code == 404 and "Nguyễn Văn Bình" in response.content.decode()


def test_an_ended_session_shows_the_way_in(signed_in: Client, binh: User) -> None:
    binh.is_active = False
    binh.save()
    signed_in.get(PAGE)
    html = signed_in.get(PAGE).content.decode()
    assert "Đăng nhập" in html and "Nguyễn Văn Bình" not in html


def test_a_message_is_shown_once_on_a_kept_page() -> None:
    request = RequestFactory().get("/")
    storage = CookieStorage(request)
    storage.add(messages.INFO, "Đã đăng xuất.")
    storage.update(answer := HttpResponse())
    client = Client()
    client.cookies["messages"] = answer.cookies["messages"].value
    assert "Đã đăng xuất." in client.get("/").content.decode()
    assert "Đã đăng xuất." not in client.get("/").content.decode()


def test_a_waiting_message_is_not_kept_for_others() -> None:
    client = Client()
    client.cookies["messages"] = "x"
    assert "public" not in client.get(PAGE).get("Cache-Control", "")


def test_other_hosts_have_other_pages() -> None:
    client = Client()
    client.get(PAGE)
    with CaptureQueriesContext(connection) as seen:
        client.get(PAGE, headers={"host": "localhost"})
    assert len(seen) > 0


def test_a_foreign_host_is_refused_even_when_the_page_is_kept() -> None:
    client = Client()
    client.get(PAGE)
    assert client.get(PAGE, headers={"host": "ke-gian.example"}).status_code == 400


def test_a_published_version_shows_at_once(
    django_capture_on_commit_callbacks: object,
) -> None:
    client = Client()
    client.get(PAGE)
    with django_capture_on_commit_callbacks(execute=True):
        publish(a_record(conditions="Chỉ trong 60 ngày."), by=None, at=MORNING + timedelta(1))
    assert "Chỉ trong 60 ngày." in client.get(PAGE).content.decode()


def test_what_another_process_published_shows_when_the_stamp_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publicpages, "STAMP_SECONDS", 0.0)
    client = Client()
    client.get(PAGE)
    # No on_commit runs here: this process hears nothing of it.
    publish(a_record(conditions="Chỉ trong 60 ngày."), by=None, at=MORNING + timedelta(1))
    assert "Chỉ trong 60 ngày." in client.get(PAGE).content.decode()


def test_pages_die_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publicpages, "SECONDS", -1)
    client = Client()
    client.get(PAGE)
    with CaptureQueriesContext(connection) as seen:
        client.get(PAGE)
    assert len(seen) > 0


def test_an_error_page_is_never_kept() -> None:
    assert "public" not in Client().get("/thu-tuc/9.999999/").get("Cache-Control", "")


def cache_over(view: object) -> PublicPageCache:
    return PublicPageCache(view)


def test_made_up_queries_do_not_fill_memory_or_push_others_out() -> None:
    cache = cache_over(publicpages.public_page(a_view))
    requests = RequestFactory()
    cache(requests.get("/thu-tuc/"))
    for number in range(2000):
        cache(requests.get("/thu-tuc/", {"q": f"x{number}"}))
    assert len(cache.shelf) == 65
    assert cache.shelf.get(("testserver", "/thu-tuc/", "")) is not None


def test_made_up_paths_do_not_fill_memory() -> None:
    cache = cache_over(publicpages.public_page(a_view))
    for number in range(1000):
        cache(RequestFactory().get(f"/thu-tuc/{number}/"))
    assert len(cache.shelf) == 256


def test_a_huge_page_is_not_kept() -> None:
    view = publicpages.public_page(lambda request: HttpResponse(b"x" * (publicpages.LARGEST + 1)))
    cache = cache_over(view)
    cache(RequestFactory().get("/"))
    assert len(cache.shelf) == 0


def test_a_page_with_a_cookie_is_not_kept() -> None:
    def view(request: object) -> HttpResponse:
        response = HttpResponse("trang")
        response.set_cookie("rieng", "1")
        return response

    cache = cache_over(publicpages.public_page(view))
    cache(RequestFactory().get("/"))
    assert len(cache.shelf) == 0


def test_a_view_that_did_not_ask_is_not_kept() -> None:
    cache = cache_over(a_view)
    cache(RequestFactory().get("/"))
    assert len(cache.shelf) == 0


@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_only_reading_is_answered_from_memory(method: str) -> None:
    cache = cache_over(publicpages.public_page(a_view))
    cache(getattr(RequestFactory(), method)("/"))
    assert len(cache.shelf) == 0
