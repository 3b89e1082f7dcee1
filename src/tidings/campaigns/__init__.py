"""Campaigns: one message to one audience, at a time, once per person; with variants, a pace, and a way to stop it.

Owns `campaign`. What a campaign says is a document; what it sends are messages of source `campaign`, one row and one decision for
each person, under the same policy as every other message.
"""
