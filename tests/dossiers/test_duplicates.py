"""The same owner files the same thing again: told, asked, never forbidden."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from dossiers import actions
from dossiers.actions import filing
from dossiers.models import Dossier
from procedures.models import Service
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import url
from tests.factories import MORNING, SMALL_EFORM, a_full_draft


def asked(draft: Dossier, by: User, at: datetime = MORNING) -> list[Dossier]:
    return filing.duplicates.alike(draft, by=by, at=at)


def test_the_open_one_is_found(filed: Dossier, binh: User, service: Service) -> None:
    assert asked(a_full_draft(binh, service), binh) == [filed]


@pytest.mark.parametrize(("days", "found"), [(30, True), (31, False)])
def test_a_finished_one_counts_for_thirty_days(
    filed: Dossier, binh: User, service: Service, days: int, found: bool
) -> None:
    Dossier.objects.filter(pk=filed.pk).update(status=10, finished_at=MORNING, returned_at=MORNING)
    later = MORNING + timedelta(days=days)
    assert bool(asked(a_full_draft(binh, service), binh, later)) is found


def test_a_refused_one_does_not_count(filed: Dossier, binh: User, service: Service) -> None:
    Dossier.objects.filter(pk=filed.pk).update(status=3)
    assert asked(a_full_draft(binh, service), binh) == []


def test_another_owner_is_another_thing(filed: Dossier, stranger: User, service: Service) -> None:
    assert asked(a_full_draft(stranger, service), stranger) == []


def test_another_procedure_is_another_thing(filed: Dossier, binh: User) -> None:
    other = factories.a_service(factories.a_procedure("1.000894", "Đăng ký kết hôn"))
    assert asked(a_full_draft(binh, other), binh) == []


def test_twins_are_two_children(binh: User) -> None:
    fields = [field | {} for field in SMALL_EFORM["sections"][0]["fields"]]
    fields[0] |= {"pattern": "person_name"}
    eform = SMALL_EFORM | {"sections": [SMALL_EFORM["sections"][0] | {"fields": fields}]}
    service = factories.a_service(factories.a_procedure(eform=eform))
    first = factories.a_filed(binh, service)
    second = a_full_draft(binh, service)
    assert asked(second, binh) == [first]
    answers = {"ho_ten_con": "Nguyễn Thị Hồng"}
    second = actions.save_answers(second, answers=answers, by=binh, at=MORNING)
    assert asked(second, binh) == []


def test_nobody_learns_what_others_filed_for_the_same_person(
    filed: Dossier, stranger: User, service: Service
) -> None:
    draft = a_full_draft(stranger, service)
    Dossier.objects.filter(pk=draft.pk).update(
        filed_for="other", owner=None, owner_citizen_id=filed.owner_citizen_id
    )
    draft.refresh_from_db()
    assert asked(draft, stranger) == []


def test_the_check_page_says_it_and_waits_for_the_tick(binh: User, service: Service) -> None:
    browser = pages.as_user(binh)
    first = actions.submit(a_full_draft(binh, service), by=binh, at=timezone.now())
    draft = a_full_draft(binh, service)
    shown = browser.get(url("filing-check", draft))
    assert f"Hồ sơ {first.code} nộp" in pages.text_of(shown)
    assert "Xem hồ sơ đó" in pages.text_of(shown)
    stopped = pages.submit(browser, draft, da_xem=first.code)
    assert "đánh dấu nếu vẫn nộp" in pages.text_of(stopped)
    gone_on = pages.submit(browser, draft, da_xem=first.code, van_nop="on")
    assert gone_on.url == url("receipt", draft)
    assert draft.events.get(move="submit").data["despite"] == [first.code]


def test_a_tick_for_another_page_is_not_enough(binh: User, service: Service) -> None:
    browser = pages.as_user(binh)
    actions.submit(a_full_draft(binh, service), by=binh, at=timezone.now())
    stopped = pages.submit(browser, a_full_draft(binh, service), da_xem="khac", van_nop="on")
    assert "đánh dấu nếu vẫn nộp" in pages.text_of(stopped)


def test_without_a_like_one_nothing_is_asked(binh: User, draft: Dossier) -> None:
    shown = pages.as_user(binh).get(url("filing-check", draft))
    assert "giống hồ sơ này" not in pages.text_of(shown)


# --- two tabs in the same moment ----------------------------------------------------------------


def both_at_once(drafts: list[Dossier], by: User) -> list[str]:
    together, got = threading.Barrier(2), []

    def press(draft: Dossier) -> None:
        try:
            together.wait(10)
            actions.submit(draft, by=by, at=MORNING, despite=())
            got.append("filed")
        except actions.Repeated:
            got.append("asked")
        finally:
            connection.close()

    tabs = [threading.Thread(target=press, args=[draft]) for draft in drafts]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(30)
    return sorted(got)


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_of_two_drafts_at_once_one_is_asked_about(binh: User, service: Service) -> None:
    drafts = [a_full_draft(binh, service) for _ in range(2)]
    assert both_at_once(drafts, binh) == ["asked", "filed"]


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_without_the_wait_for_its_twin_both_are_filed(
    binh: User, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: nothing locks the owner, and both look before either has filed."""
    looked, alike = threading.Barrier(2), filing.duplicates.alike

    def slowly(*args: Any, **kwargs: Any) -> list[Dossier]:
        found = alike(*args, **kwargs)
        looked.wait(10)
        return found

    drafts = [a_full_draft(binh, service) for _ in range(2)]
    monkeypatch.setattr(filing, "_wait_for_twin", lambda draft: None)
    monkeypatch.setattr(filing.duplicates, "alike", slowly)
    assert both_at_once(drafts, binh) == ["filed", "filed"]
