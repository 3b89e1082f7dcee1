"""Consent: who may be written to, on which channel, about what; and addresses that are never written to.

Owns `consent_record`, `consent_state` and `suppression`. A record is never changed or deleted; the state is folded from
the records. Nothing here raises consent by itself.
"""
