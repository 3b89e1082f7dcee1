"""Every command by its name. Thin: read settings, open the stores or speak to the server that holds them, say what happened."""

from __future__ import annotations

import click

from tidings import __version__
from tidings.cli import admin, data, documents, importing, mailing, rules, serve
from tidings.cli.common import Group


@click.group(cls=Group)
@click.version_option(__version__)
def main() -> None:
    """Tidings: the right message reaches the right person at the right time."""


for command in (
    serve.serve,
    serve.init,
    serve.migrate,
    serve.bench,
    documents.validate,
    documents.plan,
    documents.publish,
    documents.pull,
    rules.count,
    importing.bring,
    mailing.bounces,
    mailing.check,
    data.contact,
    data.explain,
    data.audit,
    admin.user,
    admin.key,
    admin.plugins,
    admin.doctor,
):
    main.add_command(command)
