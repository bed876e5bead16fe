"""Rows that more than one module of this folder asks for."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, User
from dossiers import actions
from dossiers.actions import batches
from dossiers.models import Batch, Dossier, NonWorkingDay
from dossiers.models.nonworking import DayKind
from dossiers.workflow import Status
from procedures.models import Service
from tests import factories
from tests.dossiers import places
from tests.dossiers import wizard_pages as pages

EACH = 400


@pytest.fixture
def browser(binh: User) -> Client:
    """Bình at a computer, signed in."""
    return pages.as_user(binh)


@pytest.fixture
def firm(binh: User) -> Organisation:
    return factories.a_firm(binh)


@pytest.fixture
def of_firm(binh: User, service: Service, firm: Organisation) -> Dossier:
    """Filed by Bình for the firm."""
    draft = factories.a_full_draft(binh, service)
    actions.file_for(draft, whom="org", organisation=firm, by=binh, at=factories.MORNING)
    return actions.submit(draft, by=binh, at=factories.MORNING)


@pytest.fixture
def with_files(db: None) -> Service:
    """Its declaration has questions answered by files."""
    return factories.a_service(factories.a_procedure("1.009998", "Đơn có tệp", eform=places.EFORM))


@pytest.fixture
def pattern(draft: Dossier) -> Dossier:
    """The draft that a batch repeats, its papers looked at."""
    factories.mark_clean(draft)
    return draft


@pytest.fixture
def batch(pattern: Dossier, binh: User) -> Batch:
    return batches.begin_batch(pattern, by=binh, at=factories.MORNING)


@pytest.fixture
def open_today(db: None) -> None:
    """Today the offices work, whatever day the tests run on."""
    NonWorkingDay.objects.update_or_create(
        date=timezone.localdate(), defaults={"kind": DayKind.MAKEUP, "name": "Ngày chạy thử"}
    )


@pytest.fixture(scope="module")
def crowd(lasting_rows):
    """Some hundreds in every status, spread over due times, and another desk's as well."""
    filed = factories.a_filed(factories.binh())
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    values, twins = _values(filed), []
    for n in range(EACH * len(Status)):
        twin = Dossier(**values)
        twin.code = f"{filed.code}-{n:06d}"
        twin.public_id, twin.start_token = uuid.uuid4(), uuid.uuid4()
        twin.status = n % len(Status)
        twin.finished_at = twin.returned_at = timezone.now()
        twin.additions_answered = twin.status == Status.ADDITIONS and n % 2 == 0
        twin.owner_phone = f"09{n:08d}"
        twin.proposal_waits = n % 50 == 0
        twin.return_method = ("desk", "online")[n % 2]
        twin.queue_at = filed.queue_at + timedelta(minutes=(n * 7919) % 100_000)
        if n % 5 < 2:
            setattr(twin, ("received_by", "worked_by")[n % 5], filed.submitter)
        if n % 3 == 0:
            twin.receiving_agency = twin.desk_agency = other
        twins.append(twin)
    Dossier.objects.bulk_create(twins, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dossiers_dossier")
        # A few thousand rows are sorted faster than read in order, depending on what other tests
        # left in the statistics. Priced out, a sort remains only where no index gives the order.
        for way in ("sort", "hashjoin", "bitmapscan", "incremental_sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")


def _values(dossier):
    return {
        field.attname: getattr(dossier, field.attname)
        for field in Dossier._meta.concrete_fields
        if not field.primary_key
    }
