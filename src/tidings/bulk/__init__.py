"""Bulk: one change for many people, slice by slice, in the background, and undone for a day.

Owns `bulk_job` and `bulk_contact`. It keeps what is to be done, to whom, and how far it has come; it changes nobody: flow does.
What it changes of people is in their history under the set of its own (`change_set`), from which it is undone.
"""
