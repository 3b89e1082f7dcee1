"""The command line: `tidings`."""

from tidings.cli.main import main as main
