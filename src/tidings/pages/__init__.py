"""Pages for people who are not signed in: unsubscribe, preferences, confirm, forms. Rendered here, without a script, in the reader's
language and the brand of the workspace. It owns no table and knows no store.
"""
