"""Analytics: what is going on, in numbers; how today compares with what is usual.

Owns no table: it reads those of the rooms below, and never more of them than a bounded stretch at the end.
"""
