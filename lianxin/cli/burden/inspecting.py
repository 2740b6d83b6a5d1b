"""Inspecting an installation: what it asks of branches and members, and whether it could do what is forbidden."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import polib
from django.apps import apps
from django.urls import get_resolver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.cli.burden import walking
from lianxin.cli.burden.headings import Heading
from lianxin.cli.evidence import Check, Inspection, bad, good, remark
from lianxin.cli.project import PROJECT
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.events.types import all_types
from lianxin.kernel.models import Event
from lianxin.kernel.time import add_months, now, today
from lianxin.kernel.web.middleware import PERMISSIONS_POLICY
from lianxin.ledgers.facade import asked_twice
from lianxin.messaging.facade import burdened_most, cap_on
from lianxin.rules.facade import in_force_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lianxin.cli.findings import State

    Seen = Iterator[tuple[State, str, str]]

FORBIDDEN = ("burden.ranking", "burden.dwell_time", "burden.forced_check_in", "burden.forced_photo")
UNUSED_MONTHS = 6
NAMED = 5


def inspection() -> Inspection:
    """Every check of burden."""
    return Inspection(
        title=gettext_lazy("Self-inspection against formalism at the fingertips"),
        heading=gettext_lazy("Heading"),
        basis=gettext_lazy(
            "Headings are those of the lists of 2026 against formalism at the fingertips. The software was looked "
            "through as it runs: tables, forms, addresses, words and scripts."
        ),
        checks=(
            Check("switches", Heading.forced_use, gettext_lazy("Switches"), _switches),
            Check("location", Heading.forced_use, gettext_lazy("Camera and location"), _camera_and_location),
            Check("pictures", Heading.over_recording, gettext_lazy("Demanded pictures"), _pictures),
            Check("scripts", Heading.over_recording, gettext_lazy("Scripts"), _scripts),
            Check("columns", Heading.ranking, gettext_lazy("Tables"), _columns),
            Check("addresses", Heading.ranking, gettext_lazy("Addresses"), _addresses),
            Check("words", Heading.ranking, gettext_lazy("Words on screens"), _words),
            Check("notices", Heading.filling_twice, gettext_lazy("Notices from above"), _notices),
            Check("forms", Heading.filling_twice, gettext_lazy("Forms from above"), _forms),
            Check("use", Heading.left_unused, gettext_lazy("Modules"), _use),
        ),
    )


def _switches() -> Seen:
    for rule in FORBIDDEN:
        version = in_force_or_none(rule, today())
        if version is None or version.may_override_locally:
            yield bad(
                _("the rule %(rule)s is missing, or lets a lower level set it.") % {"rule": rule},
                _("Restore lianxin/rules/law/burden.yaml of the release."),
            )
        else:
            yield good(f"{version.title}: {version.shown_value}.")
    for name in walking.switched_on(os.environ):
        yield bad(
            _("the setting %(name)s tries to switch on what no level may switch on; it has no effect.")
            % {"name": name},
            _("Remove it from the environment."),
        )


def _camera_and_location() -> Seen:
    missing = [one for one in ("camera", "geolocation", "microphone") if f"{one}=()" not in PERMISSIONS_POLICY]
    if missing:
        yield bad(
            _("browsers are not told to refuse: %(what)s.") % {"what": ", ".join(missing)},
            _("Restore the header Permissions-Policy."),
        )
    else:
        yield good(_("browsers are told to refuse camera, microphone and location to every page."))


def _pictures() -> Seen:
    get_resolver().url_patterns  # noqa: B018 - imports every form
    yield from _nothing_of(
        walking.demanded_pictures(walking.all_forms()),
        _("no form demands a picture or a place."),
        _("Make the field optional."),
    )


def _scripts() -> Seen:
    yield from _nothing_of(
        walking.watching_scripts(PROJECT / "frontend" / "dist"),
        _("no script asks where somebody is, watches or reports in secret."),
        _("Take it out of the script."),
    )


def _columns() -> Seen:
    yield from _nothing_of(
        walking.counting_columns(one for one in apps.get_models() if one.__module__.startswith("lianxin.")),
        _("no table counts presence, days in a row or time spent, ranks or locates."),
        _("Remove the column; record results instead."),
    )


def _addresses() -> Seen:
    yield from _nothing_of(
        walking.counting_addresses(get_resolver()),
        _("no address ranks or counts presence."),
        _("Remove the page."),
    )


def _words() -> Seen:
    found: list[str] = []
    for path in sorted(PROJECT.glob("lianxin/**/locale/zh_Hans/LC_MESSAGES/django.po")):
        if "cli" not in path.relative_to(PROJECT).parts:  # the inspection has to name what it looks for
            found += walking.forbidden_words({one.msgid: one.msgstr for one in polib.pofile(str(path))})
    yield from _nothing_of(
        found,
        _("no word on a screen ranks, counts presence or demands it."),
        _("Say what was done, not how often somebody was there."),
    )


def _notices() -> Seen:
    day = today()
    with acting(Actor.system("inspection of burden")):
        for month in (add_months(day, -1), day):
            cap = cap_on(month).number
            over = [one for one in burdened_most(month, size=1000) if one.minutes > cap]
            shown = f"{month:%Y-%m}"
            if over:
                named = "、".join(f"{one.name} {one.minutes}" for one in over[:NAMED])
                yield remark(
                    _("%(month)s: %(count)d organisations received more than %(cap)d minutes of notices: %(named)s.")
                    % {"month": shown, "count": len(over), "cap": cap, "named": named},
                    _("Put notices into one, or leave them out; the sending page shows the cost beforehand."),
                )
            else:
                yield good(
                    _("%(month)s: no organisation received more than %(cap)d minutes of notices.")
                    % {"month": shown, "cap": cap}
                )


def _forms() -> Seen:
    day = today()
    with acting(Actor.system("inspection of burden")):
        twice = [one for month in (add_months(day, -1), day) for one in asked_twice(month)]
    for one in twice[:NAMED]:
        yield remark(
            _("%(by)s asked %(count)d organisations “%(label)s” in “%(form)s” although it was warned: %(why)s.")
            % {
                "by": one.by,
                "count": one.organisations,
                "label": one.label,
                "form": one.form,
                "why": one.differs or "、".join(one.also_asked),
            },
            _("Take it from the records, or from the other form."),
        )
    if not twice:
        yield good(_("no form of the last two months asked what is held or asked elsewhere."))


def _use() -> Seen:
    since = add_months(today(), -UNUSED_MONTHS)
    with acting(Actor.system("inspection of burden")):
        used = set(
            Event.objects.filter(at__date__gte=since).order_by().values_list("kind", flat=True).distinct().iterator()
        )
    modules = {kind.partition(".")[0] for kind in used}
    for config in apps.get_app_configs():
        if config.name.startswith("lianxin.") and _acts(config.label) and config.label not in modules:
            yield remark(
                _("“%(module)s”: nothing was done with it for %(months)d months.")
                % {"module": config.verbose_name, "months": UNUSED_MONTHS},
                _("Ask those it was made for whether they need it; take it out of the menu where they do not."),
            )
    yield good(
        _("%(count)d modules were used since %(day)s, looked at on %(now)s.")
        % {"count": len(modules), "day": since.isoformat(), "now": f"{now():%Y-%m-%d}"}
    )


def _acts(label: str) -> bool:
    return any(one.kind.startswith(f"{label}.") for one in all_types())


def _nothing_of(found: Iterable[str], well: str, remedy: str) -> Seen:
    """One fault for each thing found, or the sentence that all is well."""
    every = list(found)
    for one in every:
        yield bad(_("found: %(what)s.") % {"what": one}, remedy)
    if not every:
        yield good(well)
