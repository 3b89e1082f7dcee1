"""What Telegram means by its answer: the code says the kind, the words say the case."""

from __future__ import annotations

from tidings.channels import Why

_FORBIDDEN = (
    ("user is deactivated", Why.ADDRESS_INVALID),  # the person has deleted the account
    ("bots can't send messages to bots", Why.ADDRESS_INVALID),
    ("was deleted", Why.ADDRESS_INVALID),  # "the group chat was deleted"
    ("bot was blocked by the user", Why.OPTED_OUT),
    ("bot was kicked", Why.OPTED_OUT),  # from the group, supergroup, channel chat
    ("bot is not a member", Why.OPTED_OUT),
    # Whoever has never pressed Start has not asked to be written to; it is no fault of the address.
    ("can't initiate conversation", Why.OPTED_OUT),
)
_BAD_REQUEST = (
    ("chat not found", Why.ADDRESS_INVALID),
    ("user not found", Why.ADDRESS_INVALID),
    ("peer_id_invalid", Why.ADDRESS_INVALID),
    ("chat_id_invalid", Why.ADDRESS_INVALID),
    ("user_id_invalid", Why.ADDRESS_INVALID),
    ("group chat was deactivated", Why.ADDRESS_INVALID),
    ("upgraded to a supergroup", Why.ADDRESS_INVALID),  # the group has another id now
    ("not enough rights", Why.RECIPIENT_TEMPORARY),  # an administrator of the group may give them back
    ("have no rights", Why.RECIPIENT_TEMPORARY),
    ("chat_write_forbidden", Why.RECIPIENT_TEMPORARY),
    ("need administrator rights", Why.RECIPIENT_TEMPORARY),
)
_BY_CODE = {
    401: Why.ACCOUNT_PROBLEM,  # a token that was revoked
    404: Why.ACCOUNT_PROBLEM,  # a token that never was; Telegram has no other use of it for a method that exists
    429: Why.RATE_LIMITED,
}
_BY_WORDS = {400: _BAD_REQUEST, 403: _FORBIDDEN}


def meaning(code: int, words: str) -> Why:
    """Why a message was refused. Words that nobody knows cost only this message."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code >= 500:
        return Why.PROVIDER_DOWN
    if 300 <= code < 400:
        return Why.ACCOUNT_PROBLEM  # Telegram sends nobody elsewhere: the address of the server is wrong
    small = words.lower()
    return next((why for said, why in _BY_WORDS.get(code, ()) if said in small), Why.CONTENT_REFUSED)
