"""`claimlab models`: the models that claims are tested on."""

from typing import Annotated

import typer
from rich.markup import escape

from commands.console import AsJson, Listing, Offline, out, print_json, progress, show_terms
from verify import models

app = typer.Typer(name="models", cls=Listing, help="Models that claims are tested on. Alone it lists them.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Models that are always there."""
    rows = [{"id": name, "status": models.status(name)} for name in models.names()]
    if as_json:
        print_json({"models": rows})
        return
    for row in rows:
        out.print(f"{row['id']:<22}{row['status']}")


@app.command("pull")
def pull(
    name: Annotated[str, typer.Argument(metavar="MODEL")],
    offline: Offline = False,
    as_json: AsJson = False,
) -> None:
    """Bring a model into the cache, or check every byte of one that is there."""
    show_terms([name])
    with progress() as told:
        card = models.pull(name, offline=offline, progress=lambda what, done: told("models", done or 0.0, what))
    _print_card(card, as_json=as_json)


@app.command("info")
def info(name: Annotated[str, typer.Argument(metavar="MODEL")], as_json: AsJson = False) -> None:
    """What is known of a model that was fetched."""
    _print_card(models.fetch(name, offline=True), as_json=as_json)


def _print_card(card: models.ModelCard, *, as_json: bool) -> None:
    values = card.model_dump(mode="json")
    if as_json:
        print_json(values)
        return
    for key, value in values.items():
        out.print(f"{key.replace('_', ' '):<18}{escape(str(value))}")
