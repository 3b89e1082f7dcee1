"""Contacts: who people are, how they are recognised, what we know of them, and what changed.

Owns `contact`, `identifier`, `address`, `tag`, `contact_change`, `attribute`, `merge`, `company` and `company_member`. It
never merges two contacts with different user ids by itself, and never lets a browser overwrite what was verified.
"""
