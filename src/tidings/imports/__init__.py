"""Imports: people, events and suppressions that come from a file, in slices, resumable, and taken back as a whole.

Owns `import_job`, `import_chunk`, `import_refusal` and `import_contact`. It reads files and says what each row means; it writes
no person, no consent and no event: flow does, and nothing that it brings starts a journey.
"""
