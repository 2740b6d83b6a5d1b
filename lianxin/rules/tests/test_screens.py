import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from lianxin.kernel.authz import Actor
from lianxin.rules import views
from lianxin.rules.facade import all_rules

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
    assert shown["count"] == len(ids(shown)) == len(all_rules(dt.date(2026, 11, 21)))
    with override("en"):
        assert [str(subject) for subject, _rules in shown["groups"]] == [
            "Appraisal of members",
            "Relief of the grass roots",
            "Education of members",
            "Members",
            "Organisation life",
            "Organisations",
            "Personal data",
            "Keeping of records",
            "Security",
        ]


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


@pytest.fixture
def page(settings):
    """Draw a template as a page, in a bare layout and with the addresses of this module alone."""
    settings.ROOT_URLCONF = "lianxin.rules.tests.addresses"
    bare = "{% block heading %}{% endblock %}{% block under %}{% endblock %}{% block body %}{% endblock %}"
    layout = engines["django"].from_string(bare)

    def draw(shown):
        request = RequestFactory().get("/rules/")
        return render_to_string(shown["template"], {**shown, "layout": layout, "request": request})

    return draw


def test_the_page_of_rules_cites_document_and_article_and_links_the_day(seen, page):
    with override("en"):
        text = page(seen(views.rule_list, on="2024-01-01", source="BRANCH"))
    assert "Regulations on the work of Party branches (trial), article 4" in text
    assert "/rules/organisations.branch.maximum_members/?on=2024-01-01" in text
    assert "to be confirmed" in text


def test_a_wrong_date_stands_beside_its_field(seen, page):
    with override("en"):
        assert "Write the date as 2026-11-21." in page(seen(views.rule_list, on="yesterday"))


def test_nothing_found_says_what_to_do(seen, page):
    with override("en"):
        assert "Take a word away" in page(seen(views.rule_list, q="colour"))


@pytest.mark.parametrize(
    ("rule_id", "sentence"),
    [
        ("members.id_number.check_character", "Remainder of the weighted sum"),
        ("organisations.term.notice_months", "Allowed from 3 to 12."),
        ("security.audit.minimum_months", "Allowed from 6 upwards."),
        ("organisations.branch.maximum_members", "Not allowed; the rule applies everywhere."),
        ("members.party_age.start", "Shown for information; nothing is checked against it."),
        ("members.probation.months", "applies on 2026-11-21"),
    ],
)
def test_the_page_of_a_rule_says(seen, page, rule_id, sentence):
    with override("en"):
        assert sentence in page(seen(views.rule_detail, rule_id))


def test_the_page_of_a_rule_not_yet_begun_says_so(seen, page):
    with override("en"):
        text = page(seen(views.rule_detail, "organisations.branch.maximum_members", on=BEFORE_THE_REGULATIONS))
    assert "No version of this rule was in force on 1 July 2018" in text


def test_both_pages_say_why_they_are_public():
    assert views.rule_list.public
    assert views.rule_detail.public
