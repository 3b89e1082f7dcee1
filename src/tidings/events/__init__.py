"""Events: what happened to people, from outside, kept once and in order.

Owns `event`, `event_count`, `seen_even`, `seen_odd`, `batch` and `rejected_call`. It never changes an event that is
written, and never writes the same messageId twice.
"""
