"""Who works where is asked when it matters, and of whom it may matter."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.backends import PortalBackend
from accounts.desk import desk_of
from accounts.models import Position
from accounts.roles import Role
from tests import factories
from tests.dossiers.wizard_pages import as_user

pytestmark = pytest.mark.django_db


def test_of_who_never_had_a_position_nothing_more_is_asked(binh, django_assert_num_queries):
    with django_assert_num_queries(1):
        bình = PortalBackend().get_user(binh.pk)
        assert not desk_of(bình)


def test_an_officer_has_the_desk_of_today(lan):
    seen = PortalBackend().get_user(lan.pk)
    assert desk_of(seen).has_role(Role.RECEPTION)


def test_a_position_that_has_ended_opens_nothing(binh):
    yesterday = timezone.localdate() - timedelta(days=1)
    post = Position(user=binh, agency=factories.an_agency(), role=Role.RECEPTION)
    post.valid_to = yesterday
    post.save()
    assert not desk_of(PortalBackend().get_user(binh.pk))


def test_a_position_given_since_the_sign_in_counts_on_the_next_page(binh):
    browser = as_user(binh)
    queue = reverse("officer-queue")
    assert browser.get(queue).status_code == 403
    Position.objects.create(user=binh, agency=factories.an_agency(), role=Role.RECEPTION)
    assert browser.get(queue).status_code == 200


def test_a_locked_account_is_signed_out(binh):
    binh.is_active = False
    binh.save()
    assert PortalBackend().get_user(binh.pk) is None


def test_a_citizens_list_asks_for_positions_only_with_the_person(binh):
    browser = as_user(binh)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(reverse("my-dossiers")).status_code == 200
    own = [one["sql"] for one in asked if 'FROM "accounts_position"' in one["sql"]]
    assert len(own) == 1 and "EXISTS" in own[0]
