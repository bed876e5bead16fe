"""Writes to people's own data."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User, Ward


@transaction.atomic
def update_profile(
    *,
    user: User,
    at: datetime,
    full_name: str,
    birth_date: date | None,
    sex: str,
    citizen_id: str,
    phone: str,
    street: str,
    ward: Ward | None,
) -> User:
    """What the person says; what was checked against the identity card stays as it was."""
    row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    said = {"full_name": full_name, "birth_date": birth_date, "sex": sex, "citizen_id": citizen_id}
    for name in said.keys() - set(row.checked_fields):
        setattr(row, name, said[name])
    if phone != (row.phone or ""):
        row.phone, row.phone_verified = phone or None, False
    row.street, row.ward = street, ward
    row.save(update_fields=[*said, "phone", "phone_verified", "street", "ward"])
    return row
