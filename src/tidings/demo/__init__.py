"""The demo: a shop with a history, made by the real engine on a clock that runs fast, and kept alive by made-up visitors.

It owns no tables: it sends calls to `flow.ingest`, answers messages as people and providers do, and lets timers and lanes
work. It never writes a row that the engine would not write, and never runs in a workspace that is not a demo.
`making` puts the workspace into place, `history` lives through time, `living` goes on while the server runs.
"""
