"""Settings: read once into one frozen struct, from defaults, `tidings.toml`, `TIDINGS_*` variables and flags, in rising order."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from tidings.runtime.errors import Invalid, Problem


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that an operator may set. Each also as `TIDINGS_NAME`; `TIDINGS_NAME_FILE` names a file that holds it."""

    data: Annotated[str, Meta(description="Folder of the embedded store, its lock and its socket.")] = "data"
    database_url: Annotated[str, Meta(description="Postgres address; empty: SQLite in the data folder.")] = ""
    host: Annotated[str, Meta(description="Address that the server listens on.")] = "127.0.0.1"
    port: Annotated[int, Meta(description="Port that the server listens on; 0 picks a free one.", ge=0, le=65535)] = (
        8080
    )
    public_url: Annotated[
        str, Meta(description="Address of this server in links; empty: the address it listens on.")
    ] = ""
    admin_email: Annotated[str, Meta(description="Creates the first user, together with the password.")] = ""
    admin_password: Annotated[str, Meta(description="Password of the first user, at least 12 characters.")] = ""
    smtp_url: Annotated[
        str,
        Meta(description="smtp[s]://user:password@host:port?from=… makes an email account named `smtp` the default."),
    ] = ""
    plugins: Annotated[str, Meta(description="Folder of your own plugins, beside the built-in ones.")] = ""
    allow_hosts: Annotated[
        str, Meta(description="Private hosts that webhooks and providers may reach, separated by commas.")
    ] = ""
    dns: Annotated[
        str, Meta(description="address[:port] of the DNS server that domain checks ask; empty: the system's.")
    ] = ""
    timers_every: Annotated[float, Meta(description="Seconds between looks at what is due.", gt=0)] = 1.0
    takeover_after: Annotated[
        float,
        Meta(
            description="Seconds of silence after which the other processes on one Postgres take over from one.", gt=0
        ),
    ] = 60.0
    demo: Annotated[
        bool,
        Meta(description="Opens the workspace `demo`, a shop with a history, to everybody who reaches the server."),
    ] = False
    backlog: Annotated[int, Meta(description="Waiting writes above which ingest answers 429.", ge=1)] = 5000
    log_level: Annotated[str, Meta(description="debug, info, warning or error.")] = "info"

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Private hosts that may be reached."""
        return frozenset(host.strip() for host in self.allow_hosts.split(",") if host.strip())

    @property
    def address(self) -> str:
        """Where links point."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


SECRETS = frozenset({"database_url", "admin_password", "smtp_url"})
"""Never shown, never logged."""


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in Settings.__struct_fields__:
        variable = f"TIDINGS_{name.upper()}"
        if variable in environment:
            found[name] = environment[variable]
        elif file := environment.get(f"{variable}_FILE"):
            try:
                found[name] = Path(file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise Invalid.at(f"{variable}_FILE", f"{file} cannot be read: {error.strerror}.") from error
    return found


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Invalid.at(str(path), f"is not TOML: {error}.") from error


def read(environment: Mapping[str, str], flags: Mapping[str, Any], file: Path = Path("tidings.toml")) -> Settings:
    """The settings of this process; a wrong or unknown one is named with where it came from."""
    sources = ((str(file), _from_file(file)), ("environment", _from_environment(environment)), ("flags", dict(flags)))
    merged: dict[str, Any] = {}
    for source, values in sources:
        if unknown := sorted(set(values) - set(Settings.__struct_fields__)):
            raise Invalid(*(Problem(f"{source}: {name}", "is not a setting.") for name in unknown))
        merged |= {name: value for name, value in values.items() if value is not None}
    try:
        return msgspec.convert(merged, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid.at("settings", f"{error}.") from error
