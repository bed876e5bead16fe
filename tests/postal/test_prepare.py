"""A result to be posted becomes a parcel with its order, once."""

import pytest
from django.db import transaction

from dossiers.models import Dossier
from postal import actions
from postal.models import Order, Parcel
from postal.receivers import on_dossier_moved
from postal.tasks import sweep
from tests import factories
from tests.postal import stories

pytestmark = pytest.mark.both


def test_a_decision_makes_the_parcel_and_its_order(parcel, finished):
    order = Order.objects.get()
    assert order.key == f"{finished.code}-T1"
    assert (order.parcel, order.round, order.carrier) == (parcel, 1, "vnpost")
    assert (parcel.state, parcel.receiver_name) == ("queued", "Nguyễn Văn Bình")
    assert parcel.receiver_address == "Số 5, khu Nam Quan, Xã Đồng Đăng"
    assert parcel.agency == finished.receiving_agency


def test_a_result_taken_at_the_desk_makes_no_parcel(binh, lan, hung):
    stories.a_finished(binh, lan, hung, post=False)
    assert not Parcel.objects.exists()


def test_moves_before_the_result_make_no_parcel(binh):
    factories.a_filed(binh, post=True)
    assert not Parcel.objects.exists()


def test_the_same_news_twice_makes_one_parcel(finished, parcel):
    event = finished.events.get(move="finish")
    with transaction.atomic():
        on_dossier_moved(dossier=finished, event=event)
    assert (Parcel.objects.count(), Order.objects.count()) == (1, 1)


def test_an_error_in_the_post_takes_the_decision_back(binh, lan, hung, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("postal.receivers.prepare_parcel", broken)
    with pytest.raises(RuntimeError):
        stories.a_finished(binh, lan, hung)
    assert not Dossier.objects.filter(status=9).exists()


def test_the_sweep_finds_a_dossier_without_its_parcel(binh, lan, hung, monkeypatch):
    monkeypatch.setattr("postal.receivers.prepare_parcel", lambda *args, **kwargs: None)
    dossier = stories.a_finished(binh, lan, hung)
    assert not Parcel.objects.exists()
    sweep()
    sweep()
    assert Order.objects.get().key == f"{dossier.code}-T1"


def test_what_is_still_owed_is_collected_by_the_postman(binh, lan, hung):
    service = factories.a_service(factories.a_procedure(fee=8000, collected=4))
    stories.a_finished(binh, lan, hung, service=service)
    assert Parcel.objects.get().cod_amount == 8000


def test_prepare_for_a_dossier_not_finished_is_nothing(binh):
    with transaction.atomic():
        filed = factories.a_filed(binh, post=True)
        assert actions.prepare_parcel(filed, at=factories.MORNING) is None
