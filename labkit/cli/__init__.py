"""The command line: ``labkit lab | doctor | progress | check | submit | grade | report | release | export | stubs | solve | data``.

Each command is a few lines that call a function of the library and print what it returned; what a command needs is
imported when it runs, so that ``labkit --help`` is quick.  Exit codes: 0 done, 1 something fell short, 2 wrong use,
130 interrupted.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

import labkit
from labkit.cli import learn, maintain, teach
from labkit.cli.console import FELL_SHORT, Stop, say, trouble
from labkit.cli.export import export

app = typer.Typer(
    name="labkit",
    help="The neural-network course on the command line.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for part in (learn, teach, maintain):
    for command, function in part.COMMANDS.items():
        app.command(command, rich_help_panel=part.PANEL)(function)
app.add_typer(export, name="export", rich_help_panel=teach.PANEL)
app.add_typer(maintain.data, name="data", rich_help_panel=maintain.PANEL)


def _version(wanted: bool) -> None:
    if wanted:
        say(f"labkit {labkit.__version__}")
        raise typer.Exit


@app.callback()
def _every_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """The neural-network course on the command line."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code; a user's mistake never ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ✓ must not stop a command
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="labkit")
    except Stop as stop:
        trouble(stop)
        sys.exit(stop.code)
    except BrokenPipeError:  # the reader, `head` for one, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FELL_SHORT)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        trouble(Stop(f"{where}{error.strerror or error}.", "Check that the path exists and that you may use it."))
        sys.exit(FELL_SHORT)
    except Exception as error:
        if type(error).__module__.partition(".")[0] == "labkit":  # our own errors say what, where and what to do
            trouble(Stop(str(error)))
        else:
            traceback.print_exc()
            trouble(Stop("this is a fault of labkit, not yours.", "Please report it with the lines above."))
        sys.exit(FELL_SHORT)
