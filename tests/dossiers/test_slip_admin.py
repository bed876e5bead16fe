"""Dead slips are found by an administrator; nothing is written there."""

import pytest
from django.conf import settings
from django.utils import timezone

from dossiers.models import Slip

LIST = f"/{settings.ADMIN_PATH}/dossiers/slip/"


@pytest.fixture
def admin(client, binh):
    binh.is_staff = binh.is_superuser = True
    binh.save()
    client.force_login(binh)
    return client


def test_the_filter_shows_the_dead_ones(admin, filed):
    slip = Slip.objects.get()
    assert slip.key not in admin.get(f"{LIST}?ket-thuc=dead").text
    Slip.objects.update(dead_at=timezone.now(), last_error="Không đủ bộ nhớ.")
    answer = admin.get(f"{LIST}?ket-thuc=dead")
    assert slip.key in answer.text and "Không đủ bộ nhớ." in answer.text


def test_one_is_looked_at_and_not_changed(admin, filed):
    address = f"{LIST}{Slip.objects.get().pk}/change/"
    answer = admin.get(address)
    assert answer.status_code == 200 and 'name="_save"' not in answer.text
    assert admin.post(address, {"key": "x"}).status_code == 403
