"""What an administrator may write about an office, so that it never stops by it."""

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.code_patterns import problem_of
from tests import factories

CODE = "000.00.15.H37"


def problems(agency):
    with pytest.raises(ValidationError) as caught:
        agency.full_clean()
    return caught.value.message_dict


def test_an_office_as_it_comes_is_in_order(db):
    factories.an_agency().full_clean()


@pytest.mark.parametrize(
    "hours",
    [
        [["7:30", "11:30"]],
        [["11:30", "07:30"]],
        [["13:30", "17:00"], ["07:30", "11:30"]],
        [["07:30"]],
        [[7, 11]],
        ["07:30"],
        {},
        [["07:30:00", "11:30"]],
        [["07:30+01:00", "11:30"]],
    ],
)
def test_hours_without_a_calendar_are_refused_at_their_field(db, hours):
    agency = factories.an_agency(opening_hours=hours)
    assert set(problems(agency)) == {"opening_hours"}


def test_a_saturday_morning_needs_a_morning(db):
    agency = factories.an_agency(opening_hours=[["13:30", "17:00"]], saturday="half")
    assert set(problems(agency)) == {"saturday"}


@pytest.mark.parametrize(
    "pattern",
    [
        "{agency}-{so}",
        "{agency}-{date:%y%m%d}",
        "{agency}-{number:04d}",
        "{agency}-{date:%m%d}-{number:04d}",
        "{agency}-{date:%y%m}-{number:04d}",
        "{agency}-{date}-{number:04d}",
        "{agency.__class__}-{date:%y%m%d}-{number:04d}",
        "{agency}-{date:%y%m%d}-{number:0999999999d}",
        "{agency}-{date:%y%m%d}-{number:04x}",
        "{agency}-{date:%y%m%d}-{number:{number}}",
        "hs {agency}-{date:%y%m%d}-{number:04d}",
        "{agency}-{date:%y%m%d}-{number:04d}-{agency}-{agency}-{agency}",
        "{agency",
        "{}-{number}",
    ],
)
def test_patterns_that_make_no_code_are_refused(pattern):
    assert problem_of(pattern, CODE)


@pytest.mark.parametrize(
    "pattern",
    [
        "{agency}-{date:%y%m%d}-{number:04d}",
        "{agency}.{date:%Y.%m.%d}.{number}",
        "H37-{date:%y%j}-{number:05d}",
    ],
)
def test_patterns_of_every_usual_shape_are_not(pattern):
    assert problem_of(pattern, CODE) is None


def test_two_offices_without_their_name_in_the_code_would_make_the_same(db):
    pattern = "H37-{date:%y%m%d}-{number:04d}"
    factories.an_agency(code_pattern=pattern)
    other = factories.an_agency("000.00.16.H37", code_pattern=pattern)
    assert set(problems(other)) == {"code_pattern"}


def test_the_code_of_an_office_is_typed_once(admin_client):
    """Dossiers carry it: an office with another code is a successor."""
    agency = factories.an_agency()
    place = f"/{settings.ADMIN_PATH}/accounts/agency/"
    page = admin_client.get(f"{place}{agency.pk}/change/")
    assert "code" not in page.context["adminform"].form.fields
    assert "code" in admin_client.get(f"{place}add/").context["adminform"].form.fields
