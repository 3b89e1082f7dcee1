"""Segments: named rules, and who they are true of at every instant.

Owns `segment` (a live rule and how far it is computed), `membership` (who is in, since when and why, and when time alone may change
it) and `stay` (stays that are over). It refuses to start anything: what it gives back are facts, which flow announces.
"""
