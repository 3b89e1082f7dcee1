"""Benches: the product and its physical limit, measured in the same run, in turns."""
