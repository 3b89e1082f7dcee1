"""Forms: documents that people fill in without signing in, on a page of ours or inside a page of somebody else.

Owns `confirmation`: what a mail that asks "was it you?" is about. It writes no person and no consent: flow does.
"""
