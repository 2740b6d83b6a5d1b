"""The command `lianxin`: reads the command line, runs one command, turns every failure into one sentence."""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated

import typer
from rich.markup import escape

from lianxin.cli import (
    appointing,
    auditing,
    checking,
    copies,
    database,
    developing,
    duties,
    keeping,
    keys,
    loading,
    serving,
)
from lianxin.cli.console import console, debugging
from lianxin.kernel.db.server import ServerProblem

app = typer.Typer(
    help="Lianxin: an open platform for grass-roots Party organisations and their members.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    add_completion=False,
)


@app.callback()
def every_command(
    *, debug: Annotated[bool, typer.Option("--debug", help="Show the traceback when something fails.")] = False
) -> None:
    """Lianxin: an open platform for grass-roots Party organisations and their members."""
    if debug:
        os.environ["LIANXIN_DEBUG"] = "1"


serving.register(app)
database.register(app)
loading.register(app)
copies.register(app)
checking.register(app)
auditing.register(app)
duties.register(app)
appointing.register(app)
keeping.register(app)
keys.register(app)
developing.register(app)


def main() -> None:
    """Run the command and leave with 0 when it did what it says, 1 when not, 2 when it was not understood."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        app()
    except KeyboardInterrupt:
        _fail("Stopped on request.", "", code=130)
    except ServerProblem as problem:
        if debugging():
            console.print_exception()
        _fail(problem.sentence, problem.what_to_do)
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, the person gets a sentence
        if debugging():
            console.print_exception()
        first_line = (str(error).strip().splitlines() or [""])[0].removesuffix(".")
        if hasattr(error, "sentence"):
            _fail(str(error), "")
        _fail(
            f"That did not work: {type(error).__name__}{': ' if first_line else ''}{first_line}.",
            "`lianxin doctor` checks the usual causes; `lianxin --debug …` shows the details.",
        )


def _fail(sentence: str, what_to_do: str, code: int = 1) -> None:
    console.print(f"[bold red]{escape(sentence)}[/]" + (f" {escape(what_to_do)}" if what_to_do else ""))
    sys.exit(code)
