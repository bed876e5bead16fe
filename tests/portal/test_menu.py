"""The way to the officers' side stands in the menu of who has a desk there."""

import pytest
from django.urls import reverse

from accounts.desk import desk_of, seems_at_work
from accounts.models import Position, User
from tests import factories

LINK = "Trang cán bộ"


@pytest.mark.parametrize("who", ["lan", "hung", "mai"])
@pytest.mark.parametrize("page", ["home", "my-dossiers"])
def test_officers_find_it_on_every_page(request, client, who, page):
    client.force_login(request.getfixturevalue(who))
    assert LINK in client.get(reverse(page)).text


def test_citizens_and_administrators_without_a_desk_do_not(client, binh):
    binh.is_staff = True
    binh.save()
    client.force_login(binh)
    assert LINK not in client.get(reverse("my-dossiers")).text


def test_a_public_page_does_not_ask_for_it(client, lan, django_assert_num_queries):
    client.force_login(lan)
    client.get(reverse("help"))
    with django_assert_num_queries(2):  # session and user
        assert LINK in client.get(reverse("help")).text


def test_a_real_sign_in_notes_it(client, lan):
    typed = {"login": lan.email, "password": factories.PASSWORD}
    client.post(reverse("account_login"), typed)
    assert LINK in client.get(reverse("help")).text


def test_a_desk_lost_meanwhile_is_gone_where_it_is_known(client, lan, rf):
    client.force_login(lan)
    Position.objects.all().delete()
    request = rf.get("/")
    request.user, request.session = User.objects.get(pk=lan.pk), client.session
    assert seems_at_work(request)
    assert not desk_of(request.user) and not seems_at_work(request)
