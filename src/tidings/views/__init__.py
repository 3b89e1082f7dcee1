"""Views: filters of a list that somebody wants to find again, by name.

Owns `saved_view`. It keeps a query as the list wrote it and never looks inside.
"""
