"""Templates: what a message says, in immutable versions.

Owns `template` and `template_version`. Rendering is pure and bounded: a template can neither hang nor fill the server.
"""
