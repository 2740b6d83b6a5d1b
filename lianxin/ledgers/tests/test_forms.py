from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Changed, Conflict, InvalidInput, NotPermitted
from lianxin.kernel.models import Event
from lianxin.kernel.time import day_of
from lianxin.ledgers.actions.forms import (
    Asked,
    AskedAlready,
    change_form,
    close_form,
    preview_form,
    send_form,
    write_form,
)
from lianxin.ledgers.actions.replies import gather, save_reply, send_reply, take_back_reply
from lianxin.ledgers.facade import asked_twice
from lianxin.ledgers.forms import asked_in
from lianxin.ledgers.models import Question, Reply, ReportForm
from lianxin.ledgers.queries.forms import replies_to_give
from lianxin.ledgers.tests.conftest import accepted, document
from lianxin.messaging.facade import Message, burden_of, replace, withdraw

TWELVE = (
    "党组织名称",
    "党支部书记姓名",
    "联系电话",
    "组织类别",
    "2026年党员总数（人）",
    "正式党员人数",
    "预备党员人数",
    "换届时间",
    "三会一课次数",
    "主题党日次数",
    "参加人数",
    "学时",
)


def write(cast, at, draft, who="town_clerk", place="north"):
    return write_form(cast.actor(who), organisation=getattr(cast, place).id, draft=draft, at=at)


def test_twelve_known_items_are_all_refused_each_with_its_place(cast, at, draft):
    with pytest.raises(AskedAlready) as refusal:
        write(cast, at, draft(*TWELVE))
    assert [one.label for one in refusal.value.found] == list(TWELVE)
    assert len(refusal.value.fields["questions"]) == 12
    for one in refusal.value.found:
        assert one.url.startswith("/work/")
        assert str(one.match.field.place) in one.sentence
    assert not ReportForm.objects.exists()


def test_twelve_known_items_are_all_read_from_the_records_and_the_minutes_saved_are_reported(
    cast, at, draft, held, django_capture_on_commit_callbacks
):
    held(3)
    with pytest.raises(AskedAlready) as refusal:
        write(cast, at, draft(*TWELVE))
    taken = [Asked(one.label, held=one.match.key) for one in refusal.value.found]
    form = write(cast, at, draft(*taken))
    clerk = cast.actor("town_clerk")
    preview = preview_form(clerk, form, at=at)
    assert preview.cost is None
    assert len(preview.taken) == 12
    assert (preview.organisations, preview.saved_each, preview.saved_total) == (2, 32, 64)
    sent = send_form(clerk, form=form.pk, version=form.version, seen=preview.seen, accepts_over=False, at=at)
    assert sent.notice_id is None
    assert gather(Actor.system("tests"), form=form.pk, at=at) == 2
    assert gather(Actor.system("tests"), form=form.pk, at=at) == 0
    sent.refresh_from_db()
    assert sent.state == ReportForm.State.CLOSED
    reply = Reply.objects.get(form=form, organisation=cast.willow)
    values = {one.label: reply.taken[str(one.pk)] for one in form.questions.all()}
    assert values["党组织名称"] == "北宋镇柳树村党支部"
    assert values["2026年党员总数（人）"] == 9
    assert values["参加人数"] == 7
    event = Event.objects.get(kind="ledgers.form_sent")
    assert (event.data["not_asked"], event.data["asked"], event.data["minutes_saved"]) == (12, 0, 64)
    assert burden_of(cast.willow.id, day_of(at)).minutes == 0
    page = cast.client("town_clerk").get(form.get_absolute_url()).content.decode()
    assert "12项已自动取数" in page


def test_the_same_can_never_be_explained_away(cast, at, draft):
    with pytest.raises(AskedAlready):
        write(cast, at, draft(Asked("党员总数", differs="我们要另外一个数")))
    assert not Question.objects.exists()


def test_what_is_alike_may_be_asked_with_a_reason_that_is_kept(cast, at, draft, sent):
    label = "学时达标党员数占比"
    from lianxin.ledgers.catalogue import held_already  # noqa: PLC0415 - for this test alone

    match = held_already(label)
    assert match is not None
    assert not match.is_same
    with pytest.raises(AskedAlready):
        write(cast, at, draft(label))
    sent(Asked(label, "number", differs="要比例，不要人数"))
    assert Question.objects.get().differs == "要比例，不要人数"
    found = asked_twice(day_of(at))
    assert [(one.label, one.differs) for one in found] == [(label, "要比例，不要人数")]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"text": ""}, "text"),
        ({"audience": "kinds"}, "kinds"),
        ({"audience": "picked"}, "picked"),
        ({"questions": []}, "questions"),
        ({"questions": [Asked("集体经济收入"), Asked("集体经济的收入")]}, "questions"),
        ({"questions": [Asked("集体经济", "choice", ("好",))]}, "questions"),
        ({"questions": [Asked("集" * 81)]}, "questions"),
    ],
)
def test_a_form_with_faults_is_refused_and_nothing_is_kept(cast, at, draft, changed, field):
    with pytest.raises(InvalidInput) as refusal:
        write(cast, at, draft("集体经济收入", **changed))
    assert field in refusal.value.fields
    assert not ReportForm.objects.exists()
    assert not Event.objects.filter(kind="ledgers.form_written").exists()


def test_the_cost_is_shown_first_and_the_notice_carries_the_form(cast, at, draft):
    form = write(cast, at, draft("集体经济收入", Asked("主要困难", "text")))
    clerk = cast.actor("town_clerk")
    preview = preview_form(clerk, form, at=at)
    assert (preview.cost.organisations, preview.cost.minutes_each, preview.cost.minutes_total) == (2, 5, 10)
    with pytest.raises(Changed):
        send_form(clerk, form=form.pk, version=form.version, seen="", accepts_over=False, at=at)
    assert not Reply.objects.exists()
    sent = send_form(clerk, form=form.pk, version=form.version, seen=preview.seen, accepts_over=False, at=at)
    assert sent.notice.message.link == reverse("ledgers:fill", args=[form.pk])
    assert sent.notice.message.recipients.get(account=cast.secretary)
    assert Reply.objects.filter(form=form).count() == 2
    assert burden_of(cast.willow.id, day_of(at)).minutes == 5
    with pytest.raises(Conflict):
        change_form(clerk, form=form.pk, draft=draft("存款"), version=sent.version, at=at)
    opened = cast.client("secretary").get(sent.notice.message.link)
    assert opened.headers["Location"] == Reply.objects.get(organisation=cast.willow).get_absolute_url()


def test_a_form_above_the_cap_goes_out_only_when_the_sender_says_so(cast, at, draft, settings):
    settings.BURDEN_MONTHLY_MINUTES = 10
    form = write(cast, at, draft(*(Asked(label, "text") for label in ("主要困难", "主要做法", "下步打算", "意见建议"))))
    clerk = cast.actor("town_clerk")
    seen = preview_form(clerk, form, at=at).seen
    with pytest.raises(InvalidInput):
        send_form(clerk, form=form.pk, version=form.version, seen=seen, accepts_over=False, at=at)
    form.refresh_from_db()
    assert form.state == ReportForm.State.DRAFT
    assert not Reply.objects.exists()
    assert (
        send_form(clerk, form=form.pk, version=form.version, seen=seen, accepts_over=True, at=at).notice.over_cap == 2
    )


def test_another_open_form_that_asks_the_same_is_named(cast, at, draft, sent):
    sent("村集体经济年收入", who="clerk", place="county", title="县级摸底")
    form = write(cast, at, draft("集体经济年收入"))
    also = preview_form(cast.actor("town_clerk"), form, at=at).also[1]
    assert [(one.title, one.by, one.organisations) for one in also] == [("县级摸底", "利津县委", 2)]
    clerk = cast.actor("town_clerk")
    seen = preview_form(clerk, form, at=at).seen
    send_form(clerk, form=form.pk, version=form.version, seen=seen, accepts_over=True, at=at)
    assert [one.also_asked for one in asked_twice(day_of(at))] == [("县级摸底",)]
    assert asked_twice(day_of(at) - timedelta(days=62)) == []


def test_a_branch_fills_in_keeps_a_draft_and_sends(cast, at, branch, sent):
    form = sent("集体经济收入", Asked("党员总数", held="members.count"), Asked("困难", "text", is_required=False))
    actor = cast.actor("secretary")
    reply = Reply.objects.get(form=form, organisation=cast.willow)
    money = str(form.questions.get(label="集体经济收入").pk)
    kept = save_reply(actor, reply=reply.pk, answers={money: "很多", "x": "y"}, version=1, at=at)
    assert kept.answers == {money: "很多"}
    with pytest.raises(InvalidInput) as refusal:
        send_reply(actor, reply=reply.pk, version=kept.version, at=at)
    assert list(refusal.value.fields) == [money]
    with pytest.raises(Changed):
        save_reply(actor, reply=reply.pk, answers={}, version=1, at=at)
    reply.refresh_from_db()
    assert reply.answers == {money: "很多"}
    kept = save_reply(actor, reply=reply.pk, answers={money: "12.5"}, version=kept.version, at=at)
    sent_reply = send_reply(actor, reply=reply.pk, version=kept.version, at=at)
    assert list(sent_reply.taken.values()) == [9]
    with pytest.raises(Conflict):
        save_reply(actor, reply=reply.pk, answers={}, version=sent_reply.version, at=at)
    assert take_back_reply(actor, reply=reply.pk, at=at).state == Reply.State.DRAFT
    close_form(cast.actor("town_clerk"), form=form.pk, at=at)
    with pytest.raises(Conflict):
        save_reply(actor, reply=reply.pk, answers={money: "1"}, version=4, at=at)


@pytest.mark.parametrize("who", ["town_clerk", "clerk", "viewer"])
def test_a_draft_is_read_by_the_organisation_alone_until_it_is_sent(cast, at, sent, who):
    form = sent("集体经济收入", Asked("附图", "file"))
    money, picture = (str(form.questions.get(label=label).pk) for label in ("集体经济收入", "附图"))
    reply = Reply.objects.get(form=form, organisation=cast.willow)
    upload = {picture: accepted(document("还没写完"), "草稿.docx")}
    kept = save_reply(
        cast.actor("secretary"), reply=reply.pk, answers={money: "3.14159"}, version=1, at=at, files=upload
    )
    url, file = reply.get_absolute_url(), reverse("ledgers:reply_file", args=[reply.pk, kept.files.get().pk])
    above, own = cast.client(who), cast.client("secretary")
    page = above.get(url).content.decode()
    assert "3.14159" not in page
    assert "草稿.docx" not in page
    assert "尚未报送" in page
    assert above.get(file).status_code == 404
    assert "3.14159" in own.get(url).content.decode()
    assert own.get(file).status_code == 200
    send_reply(cast.actor("secretary"), reply=reply.pk, version=kept.version, at=at)
    assert "3.14159" in above.get(url).content.decode()
    assert above.get(file).status_code == 200


def test_who_is_above_answers_for_nobody(cast, at, sent):
    form = sent("集体经济收入")
    money, reply = str(form.questions.get().pk), Reply.objects.get(form=form, organisation=cast.willow)
    for who in ("town_clerk", "clerk"):
        with pytest.raises(NotPermitted):
            save_reply(cast.actor(who), reply=reply.pk, answers={money: "1"}, version=1, at=at)
        assert cast.client(who).post(reply.get_absolute_url(), {"version": 1, money: "1"}).status_code == 403
    reply.refresh_from_db()
    assert (reply.state, reply.answers) == (Reply.State.WAITING, {})


def test_the_notice_of_an_open_form_is_not_withdrawn_but_corrected(cast, at, sent):
    form, clerk = sent("集体经济收入"), cast.actor("town_clerk")
    message = form.notice.message_id
    with acting(clerk), pytest.raises(Conflict) as refusal:
        withdraw(clerk, message=message, reason="发错了", at=at)
    assert "集体经济情况" in str(refusal.value.sentence)
    assert not Message.objects.get(pk=message).is_withdrawn
    page = cast.client("town_clerk").post(
        reverse("messaging:withdraw_notice", args=[form.notice_id]), {"withdraw-reason": "发错了"}
    )
    assert page.status_code == 422
    assert "请先结束填报" in page.content.decode()
    with acting(clerk):
        new = replace(clerk, message=message, title="集体经济情况（更正）", text="见附表", reason="有误", at=at)
    assert new.link == reverse("ledgers:fill", args=[form.pk])
    close_form(clerk, form=form.pk, at=at)
    with acting(clerk):
        assert withdraw(clerk, message=new.pk, reason="不再需要", at=at).is_withdrawn
    with acting(cast.actor("secretary")):
        assert replies_to_give(cast.actor("secretary")) == []


def test_a_file_is_never_demanded(cast, at, draft):
    form = write(cast, at, draft(Asked("现场照片", "file", is_required=True)))
    assert form.questions.get().is_required is False


def test_only_who_may_writes_sends_and_fills(cast, at, draft, sent):
    with pytest.raises(NotPermitted):
        write(cast, at, draft("集体经济收入"), who="secretary", place="willow")
    form = sent("集体经济收入")
    reply = Reply.objects.get(form=form, organisation=cast.willow)
    with pytest.raises(NotPermitted):
        save_reply(cast.actor("viewer"), reply=reply.pk, answers={}, version=1, at=at)
    reply.refresh_from_db()
    assert reply.state == Reply.State.WAITING


@pytest.mark.parametrize(
    ("who", "form_page", "reply_page"),
    [
        ("town_clerk", 200, 200),
        ("clerk", 200, 200),
        ("viewer", 200, 200),
        ("secretary", 404, 200),
        ("sibling", 404, 404),
        ("outsider", 404, 404),
        ("far_secretary", 404, 404),
        ("expired", 403, 403),
        ("stranger", 403, 403),
    ],
)
def test_the_cast_before_a_form(cast, sent, who, form_page, reply_page):
    form = sent("集体经济收入")
    reply = Reply.objects.get(form=form, organisation=cast.willow)
    client = cast.client(who)
    assert client.get(form.get_absolute_url()).status_code == form_page
    assert client.get(reply.get_absolute_url()).status_code == reply_page
    with acting(cast.actor(who)):
        assert Reply.objects.filter(pk=reply.pk).exists() == (reply_page == 200)


def test_the_screens_from_writing_to_the_table(cast, branch, today):
    client = cast.client("town_clerk")
    facts = {
        "organisation": str(cast.north.id),
        "title": "集体经济情况",
        "text": "用于制定计划。",
        "questions": "党员总数\n集体经济收入（万元）\n是否建有老年食堂 | 选择 | 是/否\n附图 | 附件",
        "audience": "below",
        "due_on": f"{today + timedelta(days=7):%Y-%m-%d}",
        "since": f"{today.year}-01-01",
        "until": f"{today:%Y-%m-%d}",
    }
    refused = client.post(reverse("ledgers:form_new"), facts)
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "“党员总数”已有数据" in text
    assert 'name="take:党员总数" value="members.count"' in text
    kept = client.post(reverse("ledgers:form_new"), {**facts, "take:党员总数": "members.count"})
    form = ReportForm.objects.get()
    assert kept.headers["Location"] == reverse("ledgers:review", args=[form.pk])
    draft = client.get(reverse("ledgers:forms")).content.decode()
    assert draft.count("—</td>") == len(
        ("organisations", "minutes", "saved")
    )  # not nought: not known before it goes out
    again = client.get(reverse("ledgers:form_change", args=[form.pk])).content.decode()
    assert "是否建有老年食堂 | 选择 | 是/否" in again
    changed = client.post(
        reverse("ledgers:form_change", args=[form.pk]), {**facts, "title": "集体经济摸底", "version": form.version}
    )
    assert changed.status_code == 302  # what was taken from the records stays so
    form.refresh_from_db()
    review = client.get(reverse("ledgers:review", args=[form.pk]))
    preview = review.context["preview"]
    assert "集体经济摸底" in review.content.decode()
    given = {"version": form.version, "seen": preview.seen}
    assert client.post(reverse("ledgers:review", args=[form.pk]), given).status_code == 302
    own = cast.client("secretary")
    reply = Reply.objects.get(organisation=cast.willow)
    assert reply.get_absolute_url() in own.get(reverse("workbench:home")).content.decode()
    assert reply.get_absolute_url() in own.get(reverse("ledgers:forms")).content.decode()
    page = own.get(reply.get_absolute_url()).content.decode()
    assert "自动取数，无需填报" in page
    money, canteen = (str(form.questions.get(label=label).pk) for label in ("集体经济收入（万元）", "是否建有老年食堂"))
    bad = own.post(reply.get_absolute_url(), {"version": 1, money: "很多", canteen: "是", "send": "1"})
    assert bad.status_code == 422
    assert "阿拉伯数字" in bad.content.decode()
    reply.refresh_from_db()
    assert reply.answers == {money: "很多", canteen: "是"}
    good = own.post(reply.get_absolute_url(), {"version": reply.version, money: "8", canteen: "是", "send": "1"})
    assert good.status_code == 302
    table = client.post(reverse("ledgers:form_table", args=[form.pk]))
    from io import BytesIO  # noqa: PLC0415 - for this test alone

    rows = list(load_workbook(BytesIO(table.content)).active.iter_rows(values_only=True))
    willow = next(row for row in rows if row[0] == "柳树村党支部")
    assert willow[2:5] == ("9", "8", "是")
    assert client.post(reverse("ledgers:form_close", args=[form.pk])).status_code == 302


def test_a_line_says_what_kind_of_answer_it_wants():
    assert asked_in("集体经济收入（万元）").kind == "number"
    assert asked_in("主要困难").kind == "text"
    assert asked_in("建成日期｜日期").kind == "date"
    assert asked_in("食堂 | 是/否").choices == ("是", "否")
    assert asked_in("说明 | 文字 | 选填").is_required is False


def test_answers_are_listed_with_the_same_number_of_queries_at_two_sizes(cast, sent):
    client = cast.client("clerk")

    def queries(one):
        """The least of two, for the session's clock is written once in a while."""
        asked = []
        for _time in range(2):
            with CaptureQueriesContext(connection) as caught:
                assert client.get(one.get_absolute_url()).status_code == 200
            asked.append(len(caught))
        return min(asked)

    few = sent("集体经济收入", who="clerk", place="county", audience="picked", picked=[cast.willow.id])
    many = sent(*(f"第{name}产业产值" for name in "甲乙丙丁戊"), who="clerk", place="county")
    assert (few.replies.count(), many.replies.count()) == (1, 5)
    assert queries(few) == queries(many) <= 18
