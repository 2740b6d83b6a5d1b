"""`messages`, `rules`, `bench`, `manage`, `shell`: for those who work on Lianxin."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Annotated

import polib
import typer

from lianxin.cli.console import Problem, say
from lianxin.cli.loading import Scale
from lianxin.cli.project import PROJECT, bring_up_database, start_django

_ANY_ARGUMENTS = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def register(app: typer.Typer) -> None:
    """Add the commands to the console command."""
    app.command("messages")(messages)
    app.command("bench")(bench)
    app.command("shell")(shell)
    app.command("manage", context_settings=_ANY_ARGUMENTS)(manage)
    rules = typer.Typer(help="The rules in force.", no_args_is_help=True)
    rules.command("check")(rules_check)
    rules.callback()(_rules)
    app.add_typer(rules, name="rules")


def messages(
    *, check: Annotated[bool, typer.Option("--check", help="Fail when a translation is missing or fuzzy.")] = False
) -> None:
    """Compile the translations (.po to .mo); needs no gettext."""
    compiled = entries = 0
    gaps: list[str] = []
    for source in sorted(PROJECT.glob("lianxin/**/locale/*/LC_MESSAGES/*.po")):
        catalogue = polib.pofile(str(source), encoding="utf-8", check_for_duplicates=True)
        entries += len(catalogue.translated_entries())
        gaps += [
            f"{source.relative_to(PROJECT)}:{entry.linenum}: {entry.msgid!r} is {'fuzzy' if entry.fuzzy else 'missing'}"
            for entry in [*catalogue.fuzzy_entries(), *catalogue.untranslated_entries()]
        ]
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            catalogue.save_as_mofile(str(target))
            compiled += 1
    say(f"{entries} translations, {compiled} files compiled.")
    if check and gaps:
        for gap in gaps:
            say(gap)
        raise Problem(f"{len(gaps)} translations are missing or fuzzy.", "Write them in the files named above.")


def _rules() -> None:
    """The rules in force."""


def rules_check() -> None:
    """Check the files of rules: every value dated, sourced and consistent."""
    start_django()
    problems: list[str] = import_module("lianxin.rules.validate").problems()
    for problem in problems:
        say(problem)
    if problems:
        raise Problem(f"{len(problems)} problems in the rules.", "Mend the files named above.")
    say("The rules are in order.")


def bench(
    scale: Annotated[Scale, typer.Option(help="How much data to measure with.")] = Scale.county,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also import 400,000 rows, which takes minutes.")] = False,
    only: Annotated[str, typer.Option(help="Ask only questions whose key begins so; write no report.")] = "",
) -> None:
    """Measure what people do against hand-written SQL and write docs/benchmarks.

    Works on the loaded demonstration and leaves it as it was.
    """
    bring_up_database()
    start_django()
    import_module("lianxin.bench").run(scale=scale.value, say=say, everything=everything, only=only)


def shell() -> None:
    """Open Django's Python shell, connected as the application role."""
    bring_up_database()
    start_django()
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - needs Django

    execute_from_command_line(["lianxin", "shell"])


def manage(
    context: typer.Context,
) -> None:
    """Run one of Django's own commands, e.g. `lianxin manage makemigrations`.

    Runs as the application role; put `--as-owner` first for what changes tables.
    """
    arguments = list(context.args)
    role = "app"
    if arguments[:1] == ["--as-owner"]:
        arguments, role = arguments[1:], "owner"
    bring_up_database()
    start_django("owner" if role == "owner" else "app")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - needs Django

    sys.argv = ["lianxin", *arguments]
    execute_from_command_line(sys.argv)
