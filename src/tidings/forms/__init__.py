"""Forms: documents that people fill in without signing in, on a page of ours or inside a page of somebody else.

Owns `confirmation`: what a mail that asks "was it you?" is about; `submission`: which events came from which form; and
`puzzle_used`: proofs of work that were handed in. It writes no person and no consent: flow does.
"""
