import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from icalendar import Calendar
from openpyxl import load_workbook

from lianxin.duties.actions.derive import derive
from lianxin.duties.actions.feeds import open_feed, revoke_feed
from lianxin.duties.calendar import CalendarSource, Entry, register_calendar
from lianxin.duties.models import DutyRow, Feed
from lianxin.duties.queries.months import sheet
from lianxin.duties.tests.conftest import SYSTEM
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.members.tests.conftest import facts
from lianxin.organisations.models import Grant, Organisation

PICTURE = reverse("duties:picture")


@pytest.fixture
def year(today):
    """Duties of all organisations for the present year."""

    def year(on=None):
        on = on or today
        derive(SYSTEM, organisations=None, on=on, registered_on=date(on.year, 1, 1))

    return year


def page(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    # Now and then the session notes that somebody is still there.
    return sum("django_session" not in one["sql"] and "SAVEPOINT" not in one["sql"] for one in captured)


def test_the_picture_shows_children_with_colour_and_word(cast, year, today, hold, project):
    year()
    hold(cast.willow, today, "theme_day")
    project()
    text = page(cast.client("clerk").get(PICTURE, {"key": "theme_day"}))
    assert "北宋镇党委" in text
    assert "1/2" in text
    assert "state-due" in text
    text = page(cast.client("clerk").get(PICTURE, {"key": "theme_day", "node": str(cast.north.id)}))
    assert "柳树村党支部" in text
    assert "1/1" in text
    assert "已完成" in text
    assert reverse("duties:organisation", args=[cast.willow.id]) in text


def test_only_kinds_that_something_below_owes_are_offered(cast, year, today):
    year()
    DutyRow.objects.filter(key="group_meeting").delete()
    text = page(cast.client("clerk").get(PICTURE, {"year": str(today.year)}))
    assert '<option value="theme_day"' in text
    assert '<option value="group_meeting"' not in text
    assert "党小组会召开情况见日历中每月最后一天" in text
    asked = page(cast.client("clerk").get(PICTURE, {"key": "group_meeting", "year": str(today.year)}))
    assert '<option value="group_meeting" selected' in asked
    own = page(cast.client("secretary").get(reverse("duties:organisation", args=[cast.willow.id])))
    assert "党小组会召开情况见日历中每月最后一天" in own


def test_all_kinds_of_a_month_a_quarter_and_the_year(cast, year, today):
    year()
    for time in (f"m{today.month}", "q1", "year", "nonsense"):
        text = page(cast.client("clerk").get(PICTURE, {"time": time, "year": str(today.year)}))
        assert "北宋镇党委" in text


def test_any_branch_is_three_clicks_away(cast, year):
    year()
    client = cast.client("clerk")
    text = page(client.get(PICTURE))
    town = f"node={cast.north.id}"
    assert town in text
    assert reverse("duties:organisation", args=[cast.willow.id]) in page(client.get(f"{PICTURE}?{town}"))


def test_who_has_one_branch_is_led_to_it_and_who_has_two_finds_both(cast, year):
    year()
    answer = cast.client("secretary").get(PICTURE)
    assert answer.headers["Location"] == reverse("duties:organisation", args=[cast.willow.id])
    Grant.objects.create(
        account=cast.secretary,
        role="secretary",
        organisation=cast.poplar,
        valid_from=date(2000, 1, 1),
        reason="tests",
    )
    text = page(cast.client("secretary").get(PICTURE))
    assert "柳树村党支部" in text
    assert f"node={cast.poplar.id}" in text or f"node={cast.willow.id}" in text


def test_places_outside_the_reach_do_not_exist(cast, year):
    year()
    client = cast.client("outsider")
    for url in (
        f"{PICTURE}?node={cast.north.id}",
        reverse("duties:organisation", args=[cast.willow.id]),
        reverse("duties:calendar", args=[cast.willow.id]),
    ):
        assert client.get(url).status_code == 404
    assert "柳树村" not in page(client.get(reverse("duties:list")))
    with acting(cast.actor("outsider")):
        assert not DutyRow.objects.filter(organisation=cast.willow).exists()
    for who in ("stranger", "expired", "revoked"):
        assert cast.client(who).get(PICTURE).status_code == 403
    assert Client().get(PICTURE).status_code == 302


def test_the_picture_takes_the_same_queries_at_any_size(cast, year, today):
    year()
    client = cast.client("clerk")
    urls = [f"{PICTURE}?node={cast.north.id}{more}" for more in ("&key=theme_day", "&time=year")]
    for url in urls:
        queries(client, url)
    before = [queries(client, url) for url in urls]
    rows = [
        Organisation(
            path=f"{cast.north.path}{number:04d}",
            depth=3,
            code=f"X{number}",
            name=f"村{number}",
            short_name=f"村{number}",
            pinyin="cun",
            initials="c",
            org_type="branch",
            founded_on=date(2000, 1, 1),
        )
        for number in range(1000, 1050)
    ]
    Organisation.objects.bulk_create(rows)
    Organisation.objects.filter(id=cast.north.id).update(numchild=52)
    year()
    assert "村1001" in page(client.get(urls[0]))
    assert [queries(client, url) for url in urls] == before


def test_an_organisation_sees_what_is_due_why_and_by_when(cast, year, today):
    year()
    text = page(cast.client("secretary").get(reverse("duties:organisation", args=[cast.willow.id])))
    assert "主题党日" in text
    assert "支部工作条例" in text
    assert "待核实" in text
    assert f"{today.replace(day=1):%Y}" in text


def test_what_was_done_stands_in_the_year_with_its_day(cast, year, today, hold, project):
    year()
    hold(cast.willow, today, "theme_day")
    project()
    text = page(cast.client("secretary").get(reverse("duties:organisation", args=[cast.willow.id])))
    assert f'<a href="/work/activities/1/">{today:%Y-%m-%d}</a>' in text


def test_home_shows_the_secretary_s_work_and_the_clerk_s_figures(cast, year):
    year()
    text = page(cast.client("secretary").get(reverse("workbench:home")))
    assert "当前要做" in text
    assert "主题党日" in text
    text = page(cast.client("town_clerk").get(reverse("workbench:home")))
    assert f"{PICTURE}?key=theme_day" in text


def test_the_organisation_s_page_has_a_panel(cast, year):
    year()
    text = page(cast.client("secretary").get(reverse("organisations:detail", args=[cast.willow.id])))
    assert 'id="due-panel"' in text


def test_the_kinds_of_a_subtree_stand_against_the_months(cast, year, today, hold, project):
    year()
    hold(cast.willow, today, "theme_day")
    project()
    text = page(cast.client("clerk").get(PICTURE, {"by": "kinds"}))
    line = text.split(">主题党日<")[1].split("</tr>")[0]
    cells = line.split("<td")[1:]
    assert len(cells) == 12
    assert "1/3" in cells[today.month - 1]
    assert "0/3" in cells[today.month % 12]
    general = text.split(">支部党员大会<")[1].split("</tr>")[0].split("<td")[1:]
    assert [number for number, cell in enumerate(general, start=1) if "/3" in cell] == [3, 6, 9, 12]


def test_the_kinds_take_the_same_queries_at_any_size(cast, year):
    client, url = cast.client("clerk"), f"{PICTURE}?by=kinds"
    before = queries(client, url)
    year()
    assert queries(client, url) == before


def sheet_of(answer):
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def test_the_picture_is_exported_as_the_screen_shows_it(cast, year, today, hold, project):
    year()
    hold(cast.willow, today, "theme_day")
    project()
    client = cast.client("clerk")
    url = reverse("duties:picture_sheet", args=[cast.north.id])
    assert f"{url}?key=theme_day" in page(client.get(PICTURE, {"key": "theme_day", "node": str(cast.north.id)}))
    rows = sheet_of(client.post(f"{url}?key=theme_day"))
    assert rows[0][0] == f"北宋镇党委 主题党日 {today.year}"
    assert rows[1] == ["党组织", *(f"{month}月" for month in range(1, 13))]
    by_name = {row[0]: row[1:] for row in rows[2:]}
    assert by_name["柳树村党支部"][today.month - 1] == "已完成 1/1"
    assert by_name["杨树村党支部"][today.month - 1] == "待完成 0/1"
    rows = sheet_of(client.post(f"{url}?by=kinds"))
    assert {row[0]: row[today.month] for row in rows[2:]}["主题党日"] == "待完成 1/2"
    rows = sheet_of(client.post(f"{url}?time=year"))
    assert "主题党日" in rows[1]
    told = Event.objects.filter(kind="duties.picture_exported").order_by("id")
    assert (told[0].organisation_id, told[0].data["lines"]) == (cast.north.id, 3)
    assert told.count() == 3


def test_who_may_not_export_is_not_offered_the_sheet(cast, year):
    year()
    url = reverse("duties:picture_sheet", args=[cast.north.id])
    for who, status in (("viewer", 403), ("outsider", 404), ("stranger", 403)):
        assert cast.client(who).post(url).status_code == status
    assert "导出本表" not in page(cast.client("viewer").get(PICTURE))
    assert cast.client("clerk").get(url).status_code == 405
    assert not Event.objects.filter(kind="duties.picture_exported").exists()


def test_a_sheet_of_too_many_organisations_is_refused(cast, year, monkeypatch):
    from lianxin.duties.queries import grid  # noqa: PLC0415 - its bound is lowered

    year()
    monkeypatch.setattr(grid, "MOST_LINES", 1)
    answer = cast.client("clerk").post(reverse("duties:picture_sheet", args=[cast.north.id]), follow=True)
    assert "请选择下级组织" in answer.content.decode()
    assert not Event.objects.filter(kind="duties.picture_exported").exists()


def test_the_list_narrows_and_is_exported(cast, year, today):
    year()
    client = cast.client("clerk")
    text = page(
        client.get(
            reverse("duties:list"),
            {"key": "theme_day", "state": "running", "year": str(today.year), "below": str(cast.willow.id)},
        )
    )
    assert text.count("主题党日") >= 1
    assert "杨树村" not in text
    assert f"所辖范围：{cast.willow.short_name}" in text
    assert reverse("files:export_new", args=["duties"]) in text
    assert client.get(reverse("files:export_new", args=["duties"])).status_code == 200


def test_calendars_of_an_organisation_and_a_subtree(cast, year, today):
    year()
    client = cast.client("clerk")
    text = page(client.get(reverse("duties:calendar", args=[cast.willow.id])))
    assert "主题党日" in text
    text = page(client.get(reverse("duties:calendar", args=[cast.county.id]), {"below": "1"}))
    assert "主题党日：已完成0/3" in text
    assert client.get(reverse("duties:calendar", args=[cast.willow.id]), {"month": "bad"}).status_code == 200


def test_other_modules_give_the_calendar_entries(cast, today, monkeypatch):
    from lianxin.duties import calendar  # noqa: PLC0415 - its registry is replaced

    monkeypatch.setattr(calendar, "_sources", dict(calendar._sources))
    asked = []

    def entries(actor, organisations, since, until):
        asked.append((since, until))
        return [Entry(today, "支部学习", url="/work/activities/9/")] if cast.willow.id in organisations else []

    register_calendar(CalendarSource("tests", "tests", organisation=entries))
    text = page(cast.client("secretary").get(reverse("duties:calendar", args=[cast.willow.id])))
    assert '<a href="/work/activities/9/">支部学习</a>' in text
    assert asked[0][0] <= today <= asked[0][1]


def test_days_past_and_long_days_are_folded_away():
    day = date(2026, 3, 17)
    entries = [Entry(day, f"学习{number}") for number in range(8)] + [Entry(date(2026, 3, 1), "此前")]
    shown = sheet(day, entries, day=day)
    assert [one.on for one in shown.agenda] == [day]
    assert [one.on for one in shown.past] == [date(2026, 3, 1)]
    with override("zh-hans"):
        text = render_to_string("duties/sheet.html", {"sheet": shown, "address": "/"})
    listed = text.split("calendar-agenda")[1]
    assert listed.index("学习4") < listed.index("另有3项") < listed.index("学习7")
    assert listed.index("学习7") < listed.index("本月此前") < listed.index("此前</span>")
    other = sheet(date(2025, 3, 17), [Entry(date(2025, 3, 1), "x")], day=day)
    assert other.past == []
    assert len(other.agenda) == 1


def test_the_calendar_of_a_subtree_says_whose_each_entry_is(cast, today, monkeypatch):
    from lianxin.duties import calendar  # noqa: PLC0415 - its registry is replaced

    def entries(_actor, organisations, _since, _until):
        wanted = (cast.willow.id, cast.north.id)
        return [Entry(today, "学习会", organisation=one) for one in organisations if one in wanted]

    monkeypatch.setattr(calendar, "_sources", {})
    register_calendar(CalendarSource("tests", "tests", organisation=entries))
    url = reverse("duties:calendar", args=[cast.north.id])
    text = page(cast.client("town_clerk").get(url, {"below": "1"}))
    assert "柳树村党支部：学习会" in text
    assert "北宋镇党委：学习会" not in text
    assert "学习会" in text.replace("柳树村党支部：学习会", "")


def test_a_large_subtree_says_what_its_calendar_leaves_out(cast, today, monkeypatch):
    from lianxin.duties import calendar  # noqa: PLC0415 - its registry is replaced
    from lianxin.duties.queries import months  # noqa: PLC0415 - its bound is lowered

    asked = []
    monkeypatch.setattr(calendar, "_sources", {})
    monkeypatch.setattr(months, "PLACES_BELOW", 2)
    register_calendar(
        CalendarSource("t", "t", organisation=lambda _actor, ids, _since, _until: asked.append(ids) or [])
    )
    client, url = cast.client("clerk"), reverse("duties:calendar", args=[cast.county.id])
    text = page(client.get(url, {"below": "1", "month": f"{today:%Y-%m}"}))
    assert "请选择下级组织查看" in text
    assert asked == [[cast.county.id]]
    towns = [f"{reverse('duties:calendar', args=[one.id])}?month={today:%Y-%m}" for one in (cast.north, cast.south)]
    assert all(one in text for one in towns)
    monkeypatch.setattr(months, "PLACES_BELOW", 6)
    assert "请选择下级组织查看" not in page(client.get(url, {"below": "1"}))
    assert len(asked[-1]) == 6


@pytest.fixture
def member(cast, at, today):
    """A probationary member of the willow branch with an account."""
    from lianxin.kernel.accounts.models import Account  # noqa: PLC0415 - after the app registry
    from lianxin.members.actions.adding import add  # noqa: PLC0415 - the same
    from lianxin.members.models import Member  # noqa: PLC0415 - the same

    made = add(
        cast.actor("clerk"),
        organisation=cast.willow.id,
        facts=facts(joined_on=today - timedelta(days=360), converted_on=None, person_category="probationary"),
        since=today - timedelta(days=360),
        at=at - timedelta(hours=1),
    )
    account = Account.objects.create_account("wang", "Willow-tree-2026", name="王建国")
    Account.objects.filter(id=account.id).update(member_id=made.id)
    Member.objects.filter(id=made.id).update(account=account)
    account.refresh_from_db()
    return account


def test_a_member_sees_the_own_days(cast, member, today):
    client = Client()
    client.force_login(member)
    ends = today - timedelta(days=360)
    month = f"{ends.replace(year=ends.year + 1):%Y-%m}"
    text = page(client.get(reverse("own_duties:calendar"), {"month": month}))
    assert "预备期满" in text


def test_a_secret_address_gives_the_calendar_until_it_is_ended(cast, year, today, at):
    year()
    client = cast.client("secretary")
    shown = page(client.post(reverse("duties:feed_open", args=[cast.willow.id]), follow=True))
    feed = Feed.objects.get()
    assert feed.digest not in shown
    address = shown.split("<code>")[1].split("</code>")[0].split("testserver")[1]
    assert address not in page(client.get(reverse("duties:calendar", args=[cast.willow.id])))
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    names = {str(event["SUMMARY"]) for event in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert "主题党日" in names
    client.post(reverse("duties:feed_revoke", args=[cast.willow.id]))
    assert Client().get(address).status_code == 404
    kinds = Event.objects.filter(kind__startswith="duties.").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["duties.feed_opened", "duties.feed_revoked"]


def test_an_address_of_an_organisation_names_no_persons(cast, at, today, monkeypatch):
    from lianxin.duties import calendar  # noqa: PLC0415 - its registry is replaced

    monkeypatch.setattr(calendar, "_sources", {})

    def named(_actor, _organisations, _since, _until):
        return [Entry(today, "王建国")]

    register_calendar(CalendarSource("named", "named", organisation=named, names_persons=True))
    opened = open_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at)
    answer = Client().get(reverse("own_duties:feed", args=[opened.secret]))
    assert "王建国" not in answer.content.decode()
    shown = page(cast.client("secretary").get(reverse("duties:calendar", args=[cast.willow.id])))
    assert "王建国" in shown


def test_a_new_address_ends_the_one_before(cast, at):
    first = open_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at)
    second = open_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at)
    assert Client().get(reverse("own_duties:feed", args=[first.secret])).status_code == 404
    assert Client().get(reverse("own_duties:feed", args=[second.secret])).status_code == 200
    assert first.secret not in str(Feed.objects.values())


def test_who_loses_the_role_loses_the_calendar(cast, year, at):
    year()
    opened = open_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at)
    Grant.objects.filter(account=cast.secretary).update(revoked_at=at)
    assert Client().get(reverse("own_duties:feed", args=[opened.secret])).status_code == 404


def test_no_address_for_what_one_does_not_see(cast, at):
    with pytest.raises(NotVisible):
        open_feed(cast.actor("outsider"), organisation=cast.willow.id, at=at)
    with pytest.raises(NotPermitted):
        open_feed(SYSTEM, at=at)
    assert not Feed.objects.exists()
    assert revoke_feed(cast.actor("clerk"), at=at) is False


def test_an_address_that_never_was_is_not_found(cast):
    assert Client().get(reverse("own_duties:feed", args=["x" * 43])).status_code == 404
