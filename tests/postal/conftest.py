"""A finished dossier to be posted, and a sandbox carrier to post it by."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from dossiers.models import Dossier
from postal.models import Parcel
from tests.postal import stories
from tests.postal.carrier import CarrierProcess, carrier_process


@pytest.fixture(scope="session")
def carrier_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CarrierProcess]:
    with carrier_process(tmp_path_factory.mktemp("carrier")) as carrier:
        yield carrier


@pytest.fixture
def carrier(carrier_server: CarrierProcess, settings: Any) -> CarrierProcess:
    """Honest and quick; order numbers repeat between tests, so its books are emptied."""
    carrier_server.faults()
    carrier_server.control("forget")
    stories.use_carrier(settings, carrier_server.url)
    return carrier_server


@pytest.fixture
def finished(binh: User, hung: User, lan: User) -> Dossier:
    """Bình's dossier, its result to come by post."""
    return stories.a_finished(binh, lan, hung)


@pytest.fixture
def parcel(finished: Dossier) -> Parcel:
    return Parcel.objects.get(dossier=finished)
