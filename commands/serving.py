"""`claimlab app`: checks the options and becomes Streamlit, with everything set that a newsroom or a host needs."""

import importlib.util
import os
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from claims import InputError
from claims.folders import data_folder
from commands.console import AsJson, err, print_json
from jobs.settings import Settings
from verify import BUDGETS, models

LOCAL = ("localhost", "127.0.0.1", "::1")
_THEME = {
    "base": "light", "primaryColor": "#1b4f8a", "backgroundColor": "#fbfaf7", "secondaryBackgroundColor": "#f1efe8",
    "textColor": "#1a1a1a", "linkColor": "#1b4f8a", "borderColor": "#d9d5cb", "font": "sans-serif",
    "headingFont": "serif", "baseRadius": "small", "baseFontSize": "16",
}  # fmt: skip


def app(
    port: Annotated[int, typer.Option(help="Port of the page.")] = 8501,
    host: Annotated[str, typer.Option(help="Who may reach it: localhost, or 0.0.0.0 for everybody.")] = "localhost",
    model: Annotated[
        list[str] | None, typer.Option(help="Model that visitors may choose. Repeat; the embedded ones if left out.")
    ] = None,
    budget: Annotated[
        list[str] | None, typer.Option(help="Budget that visitors may choose. Repeat; all if left out.")
    ] = None,
    queue: Annotated[int, typer.Option(help="Checks that may wait, of all visitors.", min=1)] = Settings.queue,
    per_visitor: Annotated[
        int, typer.Option(help="Checks that one visitor may have waiting.", min=1)
    ] = Settings.per_visitor,
    minutes: Annotated[int, typer.Option(help="Minutes after which a check is stopped.", min=1)] = Settings.minutes,
    upload_mb: Annotated[
        int, typer.Option(help="Largest article that may be uploaded, in MB.", min=1, max=50)
    ] = Settings.upload_mb,
    keep_days: Annotated[
        int, typer.Option(help="Days that articles and readings are kept; finished checks stay.", min=1)
    ] = Settings.days,
    shared: Annotated[
        bool, typer.Option(help="Behind a web server that strangers reach: visitors see only their own checks.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Open the app: claims and articles checked from the browser."""
    if not 1 <= port <= 65535:
        raise InputError(f"--port must be from 1 to 65535, got {port}")
    unknown = [name for name in budget or () if name not in BUDGETS]
    if unknown:
        raise InputError(f"--budget must be one of {', '.join(BUDGETS)}, got {unknown[0]!r}")
    allowed = tuple(dict.fromkeys(model or os.environ.get("CLAIMLAB_APP_MODELS", "").split() or models.names()))
    for name in allowed:
        models.resolve(name)
    _check_free(host, port)
    settings = Settings(
        folder=str(data_folder()), models=allowed, budgets=tuple(dict.fromkeys(budget or BUDGETS)),
        shared=shared or host not in LOCAL, queue=queue, per_visitor=per_visitor, minutes=minutes, upload_mb=upload_mb,
        days=keep_days,
    )  # fmt: skip
    shown = "localhost" if host in (*LOCAL, "0.0.0.0", "::") else host  # noqa: S104
    url = f"http://{shown}:{port}"
    err.print(f"claimlab is at {url} (Ctrl-C stops the page; checks that run go on until they are done)")
    if as_json:
        print_json({"url": url} | asdict(settings))
        sys.stdout.flush()
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what Streamlit says is no part of the document
    command = [sys.executable, "-m", "streamlit", "run", str(front_door()), *flags(settings.upload_mb, host, port)]
    os.execve(sys.executable, command, os.environ | settings.as_environment())  # noqa: S606  # our own interpreter


def front_door() -> Path:
    """Where `app.py` is."""
    found = importlib.util.find_spec("app")
    if found is None or found.origin is None:
        raise InputError("app.py is not where claimlab is installed; install claimlab anew with `make setup`")
    return Path(found.origin)


def flags(upload_mb: int, host: str, port: int) -> list[str]:
    """Every setting of Streamlit that matters here, said on the command line so that no file can change it."""
    options = {
        "server.address": host, "server.port": str(port), "server.headless": "true", "server.fileWatcherType": "none",
        "server.maxUploadSize": str(upload_mb), "server.maxMessageSize": "100", "server.enableXsrfProtection": "true",
        "server.enableCORS": "true", "server.enableStaticServing": "false", "browser.gatherUsageStats": "false",
        "browser.serverAddress": "localhost" if host in ("0.0.0.0", "::") else host,  # noqa: S104
        "client.toolbarMode": "minimal", "client.showErrorDetails": "none", "client.showErrorLinks": "false",
        "runner.magicEnabled": "false", "runner.fastReruns": "true", "logger.level": "warning",
        # no collection of all garbage after every click: it holds every visitor's answer back by a tenth of a second
        "runner.postScriptGC": "false",
    } | {f"theme.{name}": value for name, value in _THEME.items()}  # fmt: skip
    return [word for name, value in options.items() for word in (f"--{name}", value)]


def _check_free(host: str, port: int) -> None:
    """Refuse a place that cannot be used, before anything is started.

    Raises:
        InputError: the port is taken or not allowed, or the host is not one of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(
            f"the app cannot be opened at {host}:{port} ({reason}); choose another --port or --host"
        ) from None
