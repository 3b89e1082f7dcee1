"""Media: pictures that letters and public pages show.

Owns `media`. A picture is kept in the workspace's own store, so that a backup, an export and every process has it; its name is
made from its content, so that it never changes. It takes no SVG, which can hold scripts and which most mail programs do not show.
"""
