"""After filing: who sees what, and what the pages hold."""

import hashlib
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from dossiers import actions
from dossiers.actions import Gap
from dossiers.models import Dossier
from portal.lib import files
from portal.lib.codes import lookup_secret
from procedures.models import Service
from tests import factories
from tests.factories import MORNING

PAGES = ["dossier", "receipt"]


@pytest.fixture
def asked(filed: Dossier, lan: User) -> Dossier:
    need = filed.case.requirements.first()
    gap = Gap(label=need.name, reason="Ảnh mờ.", requirement=need)
    actions.ask_additions(filed, gaps=[gap], reason="Giấy tờ không rõ.", by=lan, at=MORNING)
    filed.refresh_from_db()
    return filed


@pytest.mark.parametrize("page", PAGES)
def test_bình_reads_his_own(page: str, filed: Dossier, binh: User, client: Client) -> None:
    client.force_login(binh)
    answer = client.get(reverse(page, args=[filed.public_id]))
    assert answer.status_code == 200 and str(filed.code) in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_finds_nothing(
    page: str, filed: Dossier, stranger: User, client: Client
) -> None:
    client.force_login(stranger)
    assert client.get(reverse(page, args=[filed.public_id])).status_code == 404


@pytest.mark.parametrize("page", [*PAGES, "answer-additions"])
def test_signed_out_is_asked_to_sign_in(page: str, filed: Dossier, client: Client) -> None:
    answer = client.get(reverse(page, args=[filed.public_id]))
    assert answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))


def test_a_draft_opens_where_something_is_missing(
    binh: User, service: Service, client: Client
) -> None:
    client.force_login(binh)
    draft = factories.a_draft(binh, service)
    answer = client.get(reverse("dossier", args=[draft.public_id]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("filing-owner", args=[draft.public_id])


def test_the_receipt_shows_the_secret_and_a_qr(filed: Dossier, binh: User, client: Client) -> None:
    client.force_login(binh)
    page = client.get(reverse("receipt", args=[filed.public_id])).text
    assert lookup_secret(str(filed.code)) in page and 'aria-label="Mã QR"' in page


def test_the_mail_address_on_the_receipt_is_masked(
    filed: Dossier, binh: User, client: Client
) -> None:
    client.force_login(binh)
    page = client.get(reverse("receipt", args=[filed.public_id])).text
    assert "b…h@example.vn" in page and "binh@example.vn" not in page


def test_a_slip_not_made_yet_says_so_and_comes_back(
    filed: Dossier, binh: User, client: Client
) -> None:
    client.force_login(binh)
    answer = client.get(reverse("slip", args=[filed.slips.get().public_id]))
    assert (answer.status_code, answer["Refresh"]) == (202, "2")


def stored(filed: Dossier, content: bytes) -> str:
    """The address of the slip whose bytes these are."""
    name = files.store_file(ContentFile(content, name="phieu.pdf"), "slips")
    sha256 = hashlib.sha256(content).hexdigest()
    filed.slips.update(stored_name=name, sha256=sha256, done_at=MORNING)
    return reverse("slip", args=[filed.slips.get().public_id])


def test_a_slip_once_made_is_the_stored_bytes(filed: Dossier, binh: User, client: Client) -> None:
    content = factories.a_pdf()
    client.force_login(binh)
    assert b"".join(client.get(stored(filed, content)).streaming_content) == content


def test_a_slip_whose_file_was_exchanged_is_told_and_not_shown(
    filed: Dossier, binh: User, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    address = stored(filed, factories.a_pdf())
    slip = filed.slips.get()
    Path(files.private_storage().path(slip.stored_name)).write_bytes(factories.a_pdf(text="Khác"))
    client.force_login(binh)
    answer = client.get(address)
    assert answer.status_code == 503 and "không còn nguyên vẹn" in answer.text
    assert slip.key in caplog.text


def test_a_strangers_slip_is_not_found(filed: Dossier, stranger: User, client: Client) -> None:
    client.force_login(stranger)
    assert client.get(reverse("slip", args=[filed.slips.get().public_id])).status_code == 404


def test_the_list_costs_the_same_for_1_and_20(
    binh: User,
    service: Service,
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(20):
        factories.a_filed(binh, service)
    client.force_login(binh)
    with django_assert_max_num_queries(6):
        client.get(reverse("my-dossiers"))


def test_a_request_for_additions_comes_first(asked: Dossier, binh: User, client: Client) -> None:
    client.force_login(binh)
    page = client.get(reverse("dossier", args=[asked.public_id])).text
    assert "Cơ quan cần bạn bổ sung" in page and "Giấy tờ không rõ." in page


def send(client: Client, dossier: Dossier, **files_: object):
    address = reverse("answer-additions", args=[dossier.public_id])
    return client.post(address, files_ | {"_gui": "1"})


def test_bình_answers_with_the_asked_file(asked: Dossier, binh: User, client: Client) -> None:
    client.force_login(binh)
    item = asked.rounds.get().deficiencies.get()
    answer = send(client, asked, **{f"tep-{item.requirement_id}": factories.an_upload()})
    assert answer.status_code == 302
    assert asked.rounds.get().answered_at is not None


def test_answering_without_the_file_says_what_is_missing(
    asked: Dossier, binh: User, client: Client
) -> None:
    client.force_login(binh)
    assert "Còn thiếu" in send(client, asked).text


def test_an_empty_file_is_refused_at_its_place(asked: Dossier, binh: User, client: Client) -> None:
    client.force_login(binh)
    item = asked.rounds.get().deficiencies.get()
    empty = factories.an_upload("rong.pdf", b"")
    page = send(client, asked, **{f"tep-{item.requirement_id}": empty})
    assert page.status_code == 200 and "rong.pdf" in page.text


def test_answering_twice_is_a_sentence_not_an_error(
    asked: Dossier, binh: User, client: Client
) -> None:
    client.force_login(binh)
    item = asked.rounds.get().deficiencies.get()
    for _ in range(2):
        answer = send(client, asked, **{f"tep-{item.requirement_id}": factories.an_upload()})
    assert answer.status_code == 302 and asked.events.filter(move="answer_additions").count() == 1


def test_the_list_fetches_neither_answers_nor_forms(client, filed, binh):
    client.force_login(binh)
    with CaptureQueriesContext(connection) as asked:
        assert filed.procedure.name in client.get(reverse("my-dossiers")).text
    heavy = ('."answers"', '."eform"', '."fees"')
    assert [query["sql"] for query in asked if any(name in query["sql"] for name in heavy)] == []


def test_the_list_says_whose_a_dossier_is_when_it_is_not_ones_own(
    filed: Dossier, binh: User, client: Client
) -> None:
    client.force_login(binh)
    assert "Chủ hồ sơ:" not in client.get(reverse("my-dossiers")).text
    Dossier.objects.update(owner=None, owner_name="Trần Thị Hoa")
    assert "Chủ hồ sơ: Trần Thị Hoa" in client.get(reverse("my-dossiers")).text


def test_the_list_says_how_long_a_draft_is_kept_as_the_draft_itself_does(
    binh: User, service: Service, client: Client
) -> None:
    draft = factories.a_full_draft(binh, service)  # with a paper
    until = actions.kept_until(draft)
    assert until and actions.kept_until_all([draft]) == {draft.pk: until}
    client.force_login(binh)
    words = f"Giữ đến {timezone.localtime(until):%d/%m/%Y}"
    assert words in client.get(reverse("my-dossiers")).text


@pytest.mark.parametrize("page", PAGES)
def test_after_filing_the_browser_is_told_to_forget_the_draft(
    page: str, filed: Dossier, binh: User, client: Client
) -> None:
    client.force_login(binh)
    assert (
        f'data-filed="{filed.public_id}"' in client.get(reverse(page, args=[filed.public_id])).text
    )


def test_while_something_is_asked_the_browser_keeps_what_is_typed(
    asked: Dossier, binh: User, client: Client
) -> None:
    client.force_login(binh)
    assert "data-filed" not in client.get(reverse("dossier", args=[asked.public_id])).text
