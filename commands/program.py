"""The whole command line: the commands put together, and their errors as lines and exit codes. No computing in it.

Results go to standard output, everything else to standard error; with --json standard output holds one JSON document.
Exit codes: 0 done, whatever the verdict; 1 internal or storage error; 2 bad input; 3 model or source unavailable or
corrupt; 4 interrupted, resumable.
"""

import errno
import gc
import os
import sys
from collections.abc import Iterator
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

import commands
from claims import ClaimlabError, InputError, Interrupted
from claims.characters import CONTROLS
from commands.console import err

app = typer.Typer(
    name="claimlab",
    help="Checks media claims about what goes on inside AI models, by experiment on open-weights models.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"claimlab {version('claimlab')}\n")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    pass


for command in commands.COMMANDS:
    app.command()(command)
for group in commands.GROUPS:
    app.add_typer(group)


def reference() -> str:
    """The help of every command, as the page docs/commands.md."""
    command = typer.main.get_command(app)
    lines = ["# Commands", "", "Written by `make docs` from the help texts; a test fails when it is out of date.", ""]
    for path, found in _commands("claimlab", command):
        arguments = " ".join(str(p.metavar) for p in found.params if p.param_type_name == "argument")
        lines += [f"## `{f'{path} {arguments}'.strip()}`", "", found.help or "", ""]
        for parameter in found.params:
            if parameter.param_type_name == "option" and parameter.name != "help":
                lines.append(f"- `{', '.join(parameter.opts)}`: {getattr(parameter, 'help', None) or ''}".rstrip(": "))
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    for name, found in getattr(command, "commands", {"": command}).items():
        if hasattr(found, "commands"):
            yield from _commands(f"{path} {name}", found)
        else:
            yield f"{path} {name}".strip(), found


def run() -> None:
    """Run the command that was given: one line per error, and the documented exit code."""
    gc.set_threshold(100_000, 50, 50)  # hundreds of thousands of small objects are made and none of them is garbage
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    _open_what_is_closed()
    _write_every_letter()
    try:
        command = typer.main.get_command(app)
        with command.make_context("claimlab", sys.argv[1:]) as context:  # not `app()`, which has codes of its own
            command.invoke(context)
        sys.stdout.flush()
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except ClaimlabError as error:
        _fail(str(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        _fail("stopped; everything finished is kept, and the same command continues from there", Interrupted.exit_code)
    except BrokenPipeError:  # whoever reads the output has seen enough
        _close_output()
        sys.exit(0)
    except Exception as error:  # the last line of defence: still one line and the documented code
        kinds = {kind.__name__ for kind in type(error).__mro__}  # typer brings its own click
        if "NoArgsIsHelpError" in kinds:
            sys.stderr.write(f"{error}\n")
            sys.exit(InputError.exit_code)
        if "ClickException" in kinds:
            _fail(_usage(error), InputError.exit_code)
        if os.environ.get("CLAIMLAB_DEBUG"):
            raise
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            _close_output()
            _fail("what was to be written does not fit on the disk; free some space and try again", 1)
        _fail(f"something inside failed ({type(error).__name__}: {error}); set CLAIMLAB_DEBUG=1 to see where", 1)


def _open_what_is_closed() -> None:
    """What the shell closed is there for Python too: nobody listens, and there is nothing to read."""
    nowhere = Path(os.devnull)
    sys.stdin = sys.stdin or nowhere.open()
    sys.stdout = sys.stdout or nowhere.open("w")
    sys.stderr = sys.stderr or nowhere.open("w")


def _write_every_letter() -> None:
    """A letter that the terminal lacks is written as its number; what goes elsewhere is UTF-8, as JSON must be.

    So is half a letter of a file name that is no UTF-8, which JSON can hold as its number only.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            if not stream.isatty():
                stream.reconfigure(encoding="utf-8")
            stream.reconfigure(errors="backslashreplace")


def _usage(error: Any) -> str:
    """What is wrong with the words of the command, in this program's manner, and where to see which it takes."""
    said = str(error.format_message() if hasattr(error, "format_message") else error).rstrip(".?")
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "claimlab"
    return f"{said[:1].lower()}{said[1:]}".replace(". Did", ", did") + f"; see `{command} --help`"


def _close_output() -> None:
    """Let the rest of what was printed go nowhere: Python would try once more at its end, and end with code 120."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, code: int) -> NoReturn:
    err.print(f"claimlab: {' '.join(message.translate(CONTROLS).split())}", markup=False, soft_wrap=True)
    sys.exit(code)
