"""Four tabs press "Nộp hồ sơ" in the same moment: one dossier, one code. All other ways of pressing
twice: test_double_filing.py."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection

from accounts.models import User
from dossiers.actions import filing
from dossiers.models import Counter, Dossier, Event
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import url

pytestmark = [pytest.mark.pg, pytest.mark.django_db(transaction=True)]
TABS = 4


def press_in_all_tabs(binh: User, draft: Dossier) -> list[Any]:
    """What each tab got: the address it was sent to, or the error."""
    browser = pages.as_user(binh)
    data = {"cam_doan": "on", "dau": pages.mark_of(browser.get(url("filing-check", draft)))}
    together, got = threading.Barrier(TABS), []

    def press() -> None:
        tab = pages.Client()
        tab.cookies = browser.cookies
        try:
            together.wait(10)
            got.append(tab.post(url("filing-check", draft), data).url)
        except Exception as error:
            got.append(error)
        finally:
            connection.close()

    tabs = [threading.Thread(target=press) for _ in range(TABS)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(30)
    return got


def codes_taken() -> int:
    return sum(Counter.objects.filter(scope__startswith="code/").values_list("value", flat=True))


def test_four_tabs_file_one_dossier_under_one_code(binh: User, draft: Dossier) -> None:
    assert press_in_all_tabs(binh, draft) == [url("receipt", draft)] * TABS
    assert codes_taken() == 1
    assert Event.objects.filter(dossier=draft, move="submit").count() == 1
    assert binh.notices.filter(kind="submitted").count() == 1


def test_without_the_row_lock_a_dossier_is_filed_upon_itself(
    binh: User, draft: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the same press, but each tab reads the draft without locking its row. Those that
    come second write on a dossier filed meanwhile: a second code, or the chain refuses them."""
    inside = threading.Barrier(TABS)

    def unlocked(dossier: Dossier) -> Dossier:
        read = Dossier.objects.select_related("version__procedure", "receiving_agency")
        found = read.get(pk=dossier.pk)
        inside.wait(10)
        return found

    monkeypatch.setattr(filing, "lock", unlocked)
    got = press_in_all_tabs(binh, draft)
    assert codes_taken() > 1 or any(isinstance(one, IntegrityError) for one in got), got
