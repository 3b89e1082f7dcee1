"""Access: who may do what: people with passwords and sessions, programs with keys.

Owns the tables of the system store. It keeps hashes and never a password, a session token or a key.
"""
