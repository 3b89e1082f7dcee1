"""Phone numbers as the world writes them: E.164, with a region for those that come without a country code."""

from __future__ import annotations

import re

from tidings.channels import Address

_WRITTEN = re.compile(r"\+?[0-9 ().\-/\u00a0]+")


def parse(raw: str, region: str = "") -> Address:
    """The number in E.164. Its length is judged, not its range: number plans grow, and the provider knows better."""
    import phonenumbers  # 50 ms and a table for each country: only when there is a number

    text = raw.strip()
    if not _WRITTEN.fullmatch(text):
        raise ValueError("a phone number has digits, such as +49 151 12345678")
    text = f"+{text[2:]}" if text.startswith("00") else text
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException as error:
        if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            raise ValueError("a phone number begins with + and a country code, such as +49 151 12345678") from error
        raise ValueError("this is too short or too long for a phone number") from error
    fits = phonenumbers.is_possible_number_with_reason(number)
    if fits != phonenumbers.ValidationResult.IS_POSSIBLE:  # "local only" is possible too, and cannot be reached
        raise ValueError("this is too short or too long for a phone number of its country")
    return Address(kind="phone", value=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def is_region(code: str) -> bool:
    """Whether a country is known by these two letters."""
    import phonenumbers

    return code in phonenumbers.SUPPORTED_REGIONS
