"""The book of rules as pages: what is in force on a day, and the history of one rule."""

import datetime as dt
from itertools import groupby

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.kernel.time import today
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import public
from lianxin.rules.book import RuleVersion, UnknownRule, all_rules, history
from lianxin.rules.code_tables import normalise_spelling
from lianxin.rules.forms import RuleFilter

WHY_PUBLIC = "rules are published law and hold no personal data; who is warned may read why"
SUBJECTS: dict[str, str | Promise] = {
    "organisations": gettext_lazy("Organisations"),
    "organisation_life": gettext_lazy("Organisation life"),
    "members": gettext_lazy("Members"),
    "education": gettext_lazy("Education of members"),
    "privacy": gettext_lazy("Personal data"),
    "retention": gettext_lazy("Keeping of records"),
    "security": gettext_lazy("Security"),
    "appraisals": gettext_lazy("Appraisal of members"),
    "burden": gettext_lazy("Relief of the grass roots"),
}


@public(WHY_PUBLIC)
def rule_list(request: Request) -> HttpResponse:
    """Show the rules in force on a day, narrowed by words, document and confidence. A wrong date is told (422)."""
    form = RuleFilter(request.GET or None)
    is_valid = form.is_valid() or not form.is_bound
    wanted = form.cleaned_data if form.is_bound else {}
    on = wanted.get("on") or today()
    rules = [
        rule
        for rule in all_rules(on)
        if _has_words(rule, wanted.get("q", ""))
        and wanted.get("source", "") in {"", rule.source.code}
        and wanted.get("confidence", "") in {"", rule.confidence}
    ]
    context = {
        "form": form,
        "on": on,
        "is_today": on == today(),
        "groups": [(_subject(name), list(group)) for name, group in groupby(rules, key=_subject_key)],
        "count": len(rules),
        "unconfirmed": sum(not rule.is_certain for rule in rules),
    }
    return render(request, "rules/list.html", context, status=200 if is_valid else 422)


@public(WHY_PUBLIC)
def rule_detail(request: Request, rule_id: str) -> HttpResponse:
    """Show one rule with all its versions; the one in force on `?on=`, or today, is marked. 404 for no such rule."""
    try:
        versions = history(rule_id)
    except UnknownRule as error:
        raise Http404(_("There is no such rule.")) from error
    on = _day(request.GET.get("on", "")) or today()
    marked = next((version for version in versions if version.was_in_force(on)), None)
    context = {"rule": marked or versions[0], "versions": versions, "marked": marked, "on": on}
    return render(request, "rules/detail.html", context)


def _subject_key(rule: RuleVersion) -> str:
    return rule.id.partition(".")[0]


def _subject(key: str) -> str | Promise:
    return SUBJECTS.get(key, key)


def _has_words(rule: RuleVersion, words: str) -> bool:
    """Whether every word typed occurs in id, title, value or document, in either language."""
    told = (
        rule.id,
        rule.title.en,
        rule.title.zh,
        rule.shown_value,
        rule.source.code,
        rule.source.name.zh,
        rule.citation,
    )
    text = normalise_spelling(" ".join(told))
    return all(normalise_spelling(word) in text for word in words.split())


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
