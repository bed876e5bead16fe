"""Writes to people's own data."""

from datetime import date, datetime

from accounts.models import User, Ward


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
    """What the person says; a checked citizen number stays as it was checked."""
    user.full_name, user.birth_date, user.sex = full_name, birth_date, sex
    if not user.auth_level:
        user.citizen_id = citizen_id
    if phone != (user.phone or ""):
        user.phone, user.phone_verified = phone or None, False
    user.street, user.ward = street, ward
    user.save()
    return user
