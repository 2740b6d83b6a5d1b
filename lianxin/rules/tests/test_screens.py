import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import RequestFactory
from django.utils.translation import override

from lianxin.kernel.authz import Actor
from lianxin.rules import views

BEFORE_THE_REGULATIONS = "2018-07-01"


@pytest.fixture
def seen(monkeypatch):
    """Call a view as a stranger and keep what it hands to its template; pages as a whole are tried in the browser."""

    def show(view, *args, **params):
        shown = {}

        def keep(_request, template, context, status=200):
            shown.update(context, template=template, status=status)

        monkeypatch.setattr(views, "render", keep)
        monkeypatch.setattr(views, "today", lambda: dt.date(2026, 11, 21))
        request = RequestFactory().get("/rules/", params)
        request.actor, request.user = Actor.nobody(), AnonymousUser()
        view(request, *args)
        return shown

    return show


def ids(shown):
    return [rule.id for _subject, rules in shown["groups"] for rule in rules]


def test_the_list_shows_every_rule_of_today_by_subject(seen):
    shown = seen(views.rule_list)
    assert shown["count"] == len(ids(shown)) == 56
    with override("en"):
        assert [str(subject) for subject, _rules in shown["groups"]] == ["Members", "Organisations", "Security"]


def test_the_list_shows_the_law_of_another_day(seen):
    assert "organisations.branch.maximum_members" in ids(seen(views.rule_list, on="2018-10-28"))
    assert "organisations.branch.maximum_members" not in ids(seen(views.rule_list, on="2018-10-27"))


@pytest.mark.parametrize("words", ["党支部 上限", "branch normally at most", "maximum_members", "50"])
def test_words_of_either_language_find_a_rule(seen, words):
    with override("en"):
        assert "organisations.branch.maximum_members" in ids(seen(views.rule_list, q=words))


def test_document_and_confidence_narrow_the_list(seen):
    assert ids(seen(views.rule_list, source="TERM")) == [
        "organisations.branch.term_months",
        "organisations.general_branch.term_months",
        "organisations.grassroots_committee.term_months",
        "organisations.term.shift_months",
        "organisations.village.term_months",
    ]
    unconfirmed = seen(views.rule_list, confidence="check")
    assert unconfirmed["unconfirmed"] == unconfirmed["count"] > 10


def test_a_wrong_date_is_told_and_today_is_shown(seen):
    shown = seen(views.rule_list, on="yesterday")
    assert (shown["status"], shown["on"]) == (422, dt.date(2026, 11, 21))
    assert "on" in shown["form"].errors


def test_the_page_of_a_rule_marks_the_version_of_the_day(seen):
    shown = seen(views.rule_detail, "members.probation.months", on="1970-05-01")
    assert shown["marked"].choices == (0,)
    assert len(shown["versions"]) == 10


def test_the_page_of_a_rule_says_when_the_law_had_not_begun(seen):
    shown = seen(views.rule_detail, "organisations.branch.maximum_members", on=BEFORE_THE_REGULATIONS)
    assert shown["marked"] is None
    assert shown["rule"].number == 50


def test_a_rule_nobody_wrote_is_not_found(seen):
    with pytest.raises(Http404):
        seen(views.rule_detail, "organisations.branch.colour")


def test_both_pages_say_why_they_are_public():
    assert views.rule_list.public
    assert views.rule_detail.public
