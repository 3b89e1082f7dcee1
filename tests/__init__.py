"""The tests mirror `src/tidings`; what they share is in `support`."""
