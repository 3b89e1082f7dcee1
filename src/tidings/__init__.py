"""Tidings: the right message reaches the right person at the right time, and nobody presses send."""

__version__ = "0.1.0"
