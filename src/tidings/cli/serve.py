"""The process itself: serve, make the stores, bring them up to date, measure."""

from __future__ import annotations

import importlib

import click
import msgspec

from tidings.cli.beside import beside
from tidings.cli.common import Place, open_here, opened, placed, settings
from tidings.runtime.app import DEMO


@click.command()
@click.option("--data", default=None, help="Folder of the embedded store.")
@click.option("--database-url", default=None, help="Postgres address.")
@click.option("--host", default=None, help="Address to listen on.")
@click.option("--port", default=None, type=int, help="Port to listen on; 0 picks a free one.")
@click.option(
    "--demo", is_flag=True, help="Opens the workspace `demo` to everybody who reaches the server: a shop that lives."
)
def serve(data: str | None, database_url: str | None, host: str | None, port: int | None, demo: bool) -> None:
    """The whole product in one process."""
    import logging

    from tidings import server
    from tidings.cli import start

    app = open_here(settings(data, database_url, host=host, port=port, demo=demo or None))
    logging.basicConfig(level=app.settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for quiet in ("apscheduler", "httpx", "httpcore", "uvicorn"):
        logging.getLogger(quiet).setLevel(logging.WARNING)
    try:
        bound = server.listen(app.settings.host, app.settings.port)
        chosen = msgspec.structs.replace(app.settings, port=bound.getsockname()[1])
        app = msgspec.structs.replace(app, settings=chosen)
        start.prepare(app, say=lambda text: click.echo(text, err=True))
    except BaseException:
        app.close()
        raise
    server.serve(app, bound, lambda port: click.echo(f"Tidings serves on http://{app.settings.host}:{port}", err=True))


@click.command()
@placed
def init(place: Place) -> None:
    """Make the stores, and bring them up to date; beside a running server there is nothing to do."""
    if beside(place) is None:
        with opened(place):
            pass
    place.say({"ready": True}, "The stores are ready.")


@click.command()
@placed
def migrate(place: Place) -> None:
    """Bring the stores up to date, the demo's as well; no server may be running on them."""
    open_here(place.settings, also=DEMO).close()
    place.say({"migrated": True}, "The stores are up to date.")


BENCHES = ("broadcast", "import", "ingest", "journeys", "latency", "render", "segments", "smtp", "start")
MODULES = {"import": "importing"}
"""Benches whose name is a word of Python."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def bench(name: str, options: tuple[str, ...]) -> None:
    """Measure the product and its physical limit in the same run: broadcast, import, ingest, journeys, latency, segments, smtp,
    start."""
    if name not in BENCHES:
        raise click.UsageError(f"There is no bench {name!r}: {', '.join(BENCHES)}.")
    importlib.import_module(f"tidings.bench.{MODULES.get(name, name)}").main(list(options))
