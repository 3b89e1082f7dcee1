"""Journeys: what happens to a person, one step after the other, from a trigger to an end.

Owns `journey`, `journey_version`, `run`, `token`, `wait`, `refusal`, `enrolment` and `step_count`. A published
version never changes; a run stays on the version that it began with. Steps decide, the engine alone acts.
"""
