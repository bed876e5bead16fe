"""Papers between a request for additions and its answer: the office has what was filed."""

import hashlib
from unittest.mock import patch

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dossiers import actions
from dossiers.models import Dossier, Paper
from dossiers.models.paper import PaperQuerySet
from tests import factories
from tests.dossiers import officer_pages as desk
from tests.dossiers import tus_client as tus
from tests.dossiers import wizard_pages as pages


@pytest.fixture
def asked(filed: Dossier, lan: User) -> Dossier:
    return desk.ask(filed, lan)


@pytest.fixture
def fresh(asked: Dossier, binh: User) -> Paper:
    """Clean, and not sent yet."""
    return given(asked, binh, "ban-ro-net.pdf")


def given(asked: Dossier, binh: User, name: str, content: bytes | None = None) -> Paper:
    paper = actions.attach_paper(
        asked,
        upload=factories.an_upload(name, content),
        requirement=asked.case.requirements.get(),
        by=binh,
        at=timezone.now(),
    )
    factories.mark_clean(asked)
    return paper


def send(asked: Dossier, binh: User) -> None:
    actions.answer_additions(asked, answers={}, note="", by=binh, at=timezone.now())


def opened(user: User, paper: Paper) -> int:
    answer = pages.as_user(user).get(reverse("paper", args=[paper.public_id]))
    answer.close()
    return answer.status_code


def test_the_office_does_not_see_it_before_it_is_sent(asked, fresh, lan) -> None:
    browser = desk.at_desk(lan)
    for step in ("dossier", "complete", "ask-opinion"):
        assert "ban-ro-net.pdf" not in browser.get(desk.address(asked, step)).text
    assert opened(lan, fresh) == 404


def test_the_citizen_sees_it_meanwhile(fresh, binh) -> None:
    assert opened(binh, fresh) == 200


def test_once_sent_the_office_sees_it(asked, fresh, binh, lan) -> None:
    send(asked, binh)
    assert "ban-ro-net.pdf" in desk.at_desk(lan).get(desk.address(asked)).text
    assert opened(lan, fresh) == 200


def test_twin_without_the_guard_the_office_opens_it(fresh, lan) -> None:
    with patch.object(PaperQuerySet, "sent", lambda self: self):
        assert opened(lan, fresh) == 200


def test_the_office_ticks_nothing_it_was_not_sent(asked, fresh, lan) -> None:
    address = reverse("officer-compare", args=[asked.public_id, fresh.public_id])
    assert desk.at_desk(lan).post(address).status_code == 404


def test_what_was_filed_is_not_replaced_before_the_answer(asked, binh) -> None:
    old = asked.papers.get()
    answer = tus.create(pages.as_user(binh), asked, 500, place=f"thay-{old.public_id}")
    assert answer.status_code == 422 and "đã nộp" in answer.content.decode()
    with pytest.raises(actions.MoveRefused, match="Không thay thẳng"):
        actions.attach_paper(
            asked,
            upload=factories.an_upload(),
            requirement=asked.case.requirements.get(),
            replaces=old,
            by=binh,
            at=timezone.now(),
        )
    assert asked.papers.current().get() == old


def test_what_came_since_is_replaced(asked, fresh, binh) -> None:
    answer = tus.create(pages.as_user(binh), asked, 500, place=f"thay-{fresh.public_id}")
    assert answer.status_code == 201


def test_the_same_file_twice_is_one_paper(asked, binh) -> None:
    same = factories.a_pdf(text="Bản rõ")
    given(asked, binh, "ban-ro.pdf", same)
    need = asked.case.requirements.get()
    answer = pages.as_user(binh).post(
        reverse("answer-additions", args=[asked.public_id]),
        {f"tep-{need.pk}": factories.an_upload("ban-ro.pdf", same), "_luu": "1"},
        follow=True,
    )
    assert asked.papers.current().count() == 2  # the filed one and this
    assert "đã có ở mục này" in pages.text_of(answer)


def test_what_was_filed_may_be_sent_again(asked, binh) -> None:
    same = factories.a_pdf(text="Bản cũ")
    mark = hashlib.sha256(same).hexdigest()
    asked.papers.update(received_sha256=mark)
    assert given(asked, binh, "lai.pdf", same).received_sha256 == mark
