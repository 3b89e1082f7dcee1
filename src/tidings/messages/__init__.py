"""Messages: every message that was asked for, what became of it, and why.

Owns `message`, `attempt`, `report`, `engagement`, `decision` and `alert`. It never sends: lanes do; and never sends
silently again what may have arrived.
"""
