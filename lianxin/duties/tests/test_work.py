"""What somebody is asked to do: nothing that is arranged already, nothing they may not do."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from lianxin.duties import begun
from lianxin.duties.begun import Begun, BegunSource, register_begun
from lianxin.duties.models import DutyRow
from lianxin.duties.panels import of_organisation
from lianxin.duties.queries.due import due_of, overdue_at
from lianxin.duties.queries.picture import standing
from lianxin.duties.queries.work import as_work
from lianxin.duties.wording import State
from lianxin.kernel.db.paths import subtree

ON = date(2026, 11, 21)
JANUARY = date(2027, 1, 9)
URL = "/work/activities/7/"


@pytest.fixture
def under_way(monkeypatch):
    """Let one source tell what is under way; what it was asked is noted in its list."""
    monkeypatch.setattr(begun, "_sources", {})
    asked = []

    def under_way(*acts, becomes=frozenset({"activities.held"})):
        def told(_actor, organisations, since, until):
            asked.append((list(organisations), since, until))
            return [one for one in acts if one.organisation in organisations]

        register_begun(BegunSource(f"tests{len(begun._sources)}", becomes, told))
        return asked

    return under_way


def theme_days(cast, who="secretary", place="willow", on=ON):
    actor = cast.actor(who)
    items = as_work(actor, due_of(actor, getattr(cast, place), year=on.year, on=on))
    return {item.row.period_start.month: item for item in items if item.row.key == "theme_day"}


def planned(cast, on, **given):
    return Begun(**{"organisation": cast.willow.id, "meets": frozenset({"theme_day"}), "on": on, "url": URL} | given)


def test_what_is_planned_is_not_offered_again(cast, owe, under_way):
    owe(cast.willow, on=ON)
    asked = under_way(planned(cast, date(2026, 11, 25)))
    item = theme_days(cast)[11]
    assert item.planned == "已安排在2026年11月25日"
    assert (item.begun.url, item.start_url, item.offline_url) == (URL, "", "")
    assert asked[0][0] == [cast.willow.id]
    assert asked[0][1:] == (date(2026, 1, 1), date(2026, 12, 31))


def test_once_its_day_has_come_it_is_said_there_that_it_was_held(cast, owe, under_way):
    owe(cast.willow, on=ON)
    under_way(planned(cast, date(2026, 10, 20), held_url=URL), planned(cast, date(2026, 11, 21), held_url=URL))
    items = theme_days(cast)
    assert (items[10].state, items[10].start_url, items[10].offline_url) == (State.LATE, "", URL)
    assert (items[11].start_url, items[11].offline_url) == ("", URL)


def test_a_draft_whose_day_is_past_leaves_the_report_open(cast, owe, under_way):
    owe(cast.willow, on=ON)
    under_way(planned(cast, date(2026, 11, 3)))
    item = theme_days(cast)[11]
    assert item.planned
    assert item.offline_url.startswith(reverse("activities:new_held"))


def test_the_first_of_several_is_shown_and_those_of_other_periods_and_places_are_not(cast, owe, under_way):
    owe(cast.willow, cast.poplar, on=ON)
    under_way(
        planned(cast, date(2026, 11, 28), url="/2/"),
        planned(cast, date(2026, 11, 26), url="/1/"),
        planned(cast, date(2026, 12, 3), url="/3/"),
        planned(cast, date(2026, 11, 24), meets=frozenset({"general_meeting"})),
    )
    assert theme_days(cast)[11].begun.url == "/1/"
    assert theme_days(cast)[9].begun is None
    assert theme_days(cast, "sibling", "poplar")[11].begun is None


def test_an_act_that_will_not_meet_the_duty_is_not_set_beside_it(cast, owe, under_way):
    owe(cast.willow, on=ON)
    under_way(planned(cast, date(2026, 11, 25)), becomes=frozenset({"appraisals.finished"}))
    assert theme_days(cast)[11].begun is None


def test_what_goes_on_says_until_when(cast, owe, under_way):
    owe(cast.willow, on=ON)
    under_way(planned(cast, date(2026, 11, 30), is_open=True))
    assert theme_days(cast)[11].planned == "正在进行，2026年11月30日前完成"


def test_the_links_carry_the_period(cast, owe, under_way):
    owe(cast.willow, on=ON)
    item = theme_days(cast)[11]
    period = f"kind=theme_day&organisation={cast.willow.id}&since=2026-11-01&until=2026-11-30"
    assert item.start_url == f"{reverse('activities:new')}?{period}"
    assert item.offline_url == f"{reverse('activities:new_held')}?{period}"
    assert theme_days(cast)[9].start_url == ""
    assert "since=2026-09-01&until=2026-09-30" in theme_days(cast)[9].offline_url


def test_who_may_not_begin_is_not_asked_to(cast, owe, under_way):
    owe(cast.willow, on=ON)
    item = theme_days(cast, "viewer")[11]
    assert (item.state, item.start_url, item.offline_url) == (State.RUNNING, "", "")
    actor = cast.actor("clerk")
    items = as_work(actor, due_of(actor, cast.willow, year=2026, on=ON))
    offered = {item.row.key for item in items if item.start_url}
    assert "theme_day" in offered
    assert "member_appraisal" not in offered  # the branch appraises, not the department
    waits = {item.row.key for item in items if item.is_begun_by_its_own}
    assert "member_appraisal" in waits  # and the page says so
    assert "theme_day" not in waits
    assert (
        "由该组织自行启动"
        in cast.client("clerk").get(reverse("duties:organisation", args=[cast.willow.id])).content.decode()
    )


def test_the_sources_are_asked_once_for_all(cast, owe, under_way, django_assert_num_queries):
    owe(cast.willow, on=ON)
    asked = under_way()
    theme_days(cast)
    assert len(asked) == 1
    DutyRow.objects.filter(organisation=cast.willow).delete()
    theme_days(cast)
    assert len(asked) == 1


def test_a_source_is_registered_once(under_way):
    under_way()
    with pytest.raises(ValueError, match="registered twice"):
        register_begun(BegunSource("tests0", frozenset(), lambda *_given: []))


def test_what_goes_on_is_said_in_the_words_of_its_module(cast, owe, under_way):
    owe(cast.willow, on=ON)
    appraisal = {"meets": frozenset({"member_appraisal"}), "said": "已统计，待会议研究", "is_open": True}
    under_way(planned(cast, date(2026, 12, 31), **appraisal), becomes=frozenset({"appraisals.finished"}))
    item = late_of_the_year(cast)["member_appraisal"]
    assert item.planned == "已统计，待会议研究"
    assert item.start_url == ""


def late_of_the_year(cast):
    """What the secretary finds overdue on a day of January, by kind."""
    actor = cast.actor("secretary")
    found = overdue_at(actor, subtree(cast.willow.path, field="organisation_path"), on=JANUARY, size=50)
    return {item.row.key: item for item in as_work(actor, found)}


def test_in_january_the_duties_of_the_year_before_stand_with_the_way_to_begin(cast, owe, under_way):
    owe(cast.willow, on=ON)
    under_way()
    found = late_of_the_year(cast)
    for key in ("member_appraisal", "heart_talk"):
        assert found[key].state is State.LATE
        assert "since=2026-01-01&until=2026-12-31" in found[key].start_url
        assert found[key].offline_url == ""
    assert found["org_life_meeting"].start_url == ""
    assert found["org_life_meeting"].offline_url.startswith(reverse("activities:new_held"))


def test_the_forms_they_lead_to_are_those_of_last_year(cast, today):
    client, last = cast.client("secretary"), today.year - 1
    for name in ("appraisals:new", "preparations:plan_talks"):
        for given, year in (({"since": f"{last}-01-01"}, last), ({}, today.year), ({"since": "x"}, today.year)):
            answer = client.get(reverse(name), {"organisation": cast.willow.id} | given)
            assert answer.context["form"].initial["year"] == year


def test_new_year_s_day_forgives_nothing_to_secretary_clerk_and_page_alike(cast, owe, under_way, monkeypatch):
    owe(cast.willow, cast.poplar, on=ON)
    owe(cast.willow, on=date(2026, 12, 31))
    under_way()
    figures = standing([cast.north.path], day=JANUARY)
    assert figures["member_appraisal"] == (1, 2)
    assert figures["theme_day"] == (1, 2 * 6)
    assert figures["general_meeting"] == (1, 2 * 2)
    for module in ("panels", "views.organisation"):
        monkeypatch.setattr(f"lianxin.duties.{module}.today", lambda: JANUARY)
    panel = of_organisation(cast.actor("secretary"), organisation=cast.willow)
    assert panel.overdue == 1 + 1 + 1 + 6 + 2 + 2
    assert {item.row.period_start.year for item in panel.items} == {2027}
    shown = page(cast.client("secretary").get(panel.url))
    late = shown.split('id="due-late"')[1].split("</section>")[0]
    assert late.count('class="due-item"') == panel.overdue
    assert "2026年" in late
    assert "2026年" not in shown.split('id="due-year"')[1].split("</section>")[0]


def test_the_panel_of_an_organisation_takes_one_query(cast, owe, under_way, today, django_assert_num_queries):
    actor = cast.actor("secretary")
    under_way()
    owe(cast.willow, on=today)
    with django_assert_num_queries(1):
        assert of_organisation(actor, organisation=cast.willow) is not None
    owe(cast.willow, on=date(today.year - 1, 12, 31))
    with django_assert_num_queries(1):
        assert of_organisation(actor, organisation=cast.willow) is not None


def page(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_home_shows_what_is_overdue_first_then_this_month_then_the_rest(cast, owe, today, under_way):
    owe(cast.willow, on=today)
    under_way()
    DutyRow.objects.filter(period_end__lt=today).exclude(key="theme_day").delete()
    text = page(cast.client("secretary").get(reverse("workbench:home")))
    panel = text.split('id="due-home"')[1].split("</section>")[0]
    running = DutyRow.objects.filter(period_start__lte=today, period_end__gte=today)
    ends = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    headings = ["本月到期"]
    if today.month > 1:
        headings.insert(0, "已逾期")
        assert "逾期" in panel.split("本月到期")[0]
    if later := running.filter(period_end__gte=ends).count():
        headings.append(f"之后到期（{later}项）")
    places = [panel.index(one) for one in headings]
    assert places == sorted(places)
    assert panel.count('class="due-item"') == min(today.month - 1, 5) + running.count()
    assert "还剩" in panel or "今天是最后一天" in panel
    assert "支部工作条例" in panel


def test_home_takes_the_same_queries_for_one_branch_and_for_many(
    cast, owe, today, under_way, django_assert_num_queries
):
    from lianxin.duties.panels import due_at_home  # noqa: PLC0415 - after the app registry

    owe(cast.willow, on=today)
    under_way()
    actor = cast.actor("secretary")
    with django_assert_num_queries(2):
        assert due_at_home(actor) is not None
    owe(on=today)
    with django_assert_num_queries(2):
        assert due_at_home(actor) is not None


def test_home_has_no_panel_where_nothing_is_due(cast, under_way):
    text = page(cast.client("secretary").get(reverse("workbench:home")))
    assert 'id="due-home"' not in text
