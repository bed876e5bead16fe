"""Phone numbers as people here type them, kept in one shape."""

import phonenumbers


def normal(text: str) -> str | None:
    """`+84 912 345 678`, `0912.345.678` → `0912345678`; foreign numbers as +<digits>;
    None when it is no possible number."""
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    if number.country_code == 84:
        return f"0{phonenumbers.national_significant_number(number)}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
