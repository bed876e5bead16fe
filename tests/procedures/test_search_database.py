"""The unranked list of staff: PostgreSQL answers it from its index of words."""

import pytest
from django.db import connection

from procedures.models import Procedure
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.both
@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("khai sinh", True),
        ("sinh khai", True),
        ("khái sính", True),
        ("khai sin", True),
        ("hai sinh", False),
        ("1.001193", True),
        ("", True),
        ("' & |", True),
    ],
)
def test_every_word_begins_a_word_of_the_row(q, found):
    factories.a_procedure()
    assert Procedure.objects.matching(q).exists() is found


@pytest.fixture
def crowd():
    sample = factories.a_procedure()
    Procedure.objects.bulk_create(
        Procedure(
            code=f"7.{n:06d}", name=f"Thủ tục {n}", sector=sample.sector,
            search_fold=f"7.{n:06d} thu tuc so {n} ho tich chung thuc",
        )
        for n in range(3000)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE procedures_procedure")


@pytest.mark.pg
def test_the_index_is_used(crowd):
    plan = Procedure.objects.matching("khai sinh").explain()
    assert "procedure_words" in plan and "Seq Scan" not in plan


@pytest.mark.pg
def test_without_the_index_the_table_is_read(crowd):
    """Twin: the test above can fail."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX procedure_words")
    assert "Seq Scan" in Procedure.objects.matching("khai sinh").explain()
