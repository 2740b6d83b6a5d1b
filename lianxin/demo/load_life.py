"""What goes on now in the branch of the demonstration: planned, announced, asked, decided, each through the act itself.

The year before is drawn in bulk (`load_year`); these are the few things a visitor can take a hand in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from lianxin.activities.actions.alliances import add_item, answer_invitation, found_alliance
from lianxin.activities.actions.announcing import announce
from lianxin.activities.actions.booking import book_room, keep_room
from lianxin.activities.actions.holding import hold
from lianxin.activities.actions.keeping_groups import keep_group
from lianxin.activities.actions.minutes import Speech, begin_minutes, confirm_minutes, write_item
from lianxin.activities.actions.planning import plan
from lianxin.activities.actions.replying import reply
from lianxin.activities.actions.resolution import add_resolution
from lianxin.activities.actions.signing import tick
from lianxin.activities.actions.vote import Count, enter_vote
from lianxin.activities.models import AllianceParty, Participant
from lianxin.activities.queries.prefilling import prefilled
from lianxin.appraisals.actions.reviewing import save_review
from lianxin.appraisals.actions.rounds import open_round
from lianxin.ceremonies.actions.greeting import greet
from lianxin.demo.accounts import claim_records, give_role
from lianxin.demo.load_forms import ask_below
from lianxin.demo.load_papers import add_material, hand_down_layout, object_next_door, take_notice_back
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, Role
from lianxin.kernel.db.paths import ancestors
from lianxin.kernel.time import SHANGHAI, add_months, day_of
from lianxin.kernel.web.actors import actor_of
from lianxin.members.models import Member, Post
from lianxin.messaging.actions.notices import Draft, cost_of_draft, send_notice, write_notice
from lianxin.messaging.actions.reading import confirm
from lianxin.organisations.models import Organisation
from lianxin.preparations.actions.preparing import give_opinion, open_preparation, record_study
from lianxin.preparations.actions.rectifying import set_rectification
from lianxin.preparations.actions.talks import plan_talks
from lianxin.rules.facade import political_birthday

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from lianxin.activities.models import Activity
    from lianxin.activities.plan import Plan
    from lianxin.demo.accounts import Cast

AFTERNOON = time(15, 0)
SOON, LATER, LAST_DAY = timedelta(days=3), timedelta(days=10), timedelta(days=21)
WEEK = timedelta(days=7)
NEAR = timedelta(days=30)
AWAY = 4
"""One in so many was not there."""

REVIEW = """一年来，能够按时参加组织生活，完成支部交办的防汛值守和入户走访任务。
不足：理论学习不够系统，带动周边群众发展大棚种植的办法不多。
努力方向：每月学完支部指定篇目，明年联系帮带两户群众。"""
NOTICE = """各党支部：
一、11月底前对本支部党员联系方式核对一遍，有变化的在平台上更正，不再另行报表。
二、长期外出的党员，请逐一联系，告知组织生活安排。
三、入冬前完成对生活困难党员、老党员的走访。
无需上报总结和照片。"""


@dataclass(frozen=True, slots=True)
class Scene:
    """Who acts: the branch, its secretary and members with an account, its town's clerk, a neighbouring branch."""

    cast: Cast
    secretary: Actor
    others: tuple[Actor, ...]
    clerk: Actor
    neighbour: Organisation
    neighbours: Actor
    town: Organisation
    at: datetime

    @property
    def branch(self) -> Organisation:
        """The branch whose secretary and member can sign in."""
        return self.cast.branch

    @property
    def today(self) -> date:
        """The day on which the demonstration is loaded."""
        return day_of(self.at)


def live(cast: Cast, *, at: datetime) -> None:
    """Let the branch and its town live: what is planned, asked, decided and open on the day of loading."""
    scene = _set_scene(cast, at)
    _meeting_of_last_month(scene)
    room = _rooms(scene)
    _joint_lecture(scene)
    _theme_day(scene, room)
    _committee(scene)
    _notice_of_the_town(scene)
    ask_below(scene.clerk, town=scene.town.pk, branches=(scene.branch.pk, scene.neighbour.pk), at=at)
    _appraisal(scene)
    _preparation(scene)
    _greeting(scene)
    _papers(scene)


def _papers(scene: Scene) -> None:
    """What else came in: a superior's layout, a paper to be read, a notice taken back, an objection next door."""
    branches = (scene.branch.pk, scene.neighbour.pk)
    hand_down_layout(scene.clerk, town=scene.town.pk, at=scene.at)
    add_material(scene.secretary, branch=scene.branch.pk, at=scene.at)
    take_notice_back(scene.clerk, town=scene.town.pk, branches=branches, at=scene.at)
    object_next_door(scene.cast.clerk, scene.neighbours, branch=scene.neighbour.pk, at=scene.at)


def _set_scene(cast: Cast, at: datetime) -> Scene:
    """Find everybody, and give the secretary of a neighbouring branch an account."""
    branch = cast.branch
    clerk = Account.objects.filter(username__in=("beisong", "town")).get()
    towns = Organisation.objects.filter(path__in=ancestors(branch.path), depth__gt=1)
    town = towns.filter(org_type__in=("grassroots_committee", "work_committee")).order_by("depth").first() or (
        Organisation.objects.get(depth=1)
    )
    post = (
        Post.objects.filter(kind="secretary", until=None, member__account=None, organisation__org_type="branch")
        .filter(organisation__path__startswith=town.path, organisation__is_village_or_community=True)
        .filter(organisation__dissolved_on=None)
        .exclude(organisation=branch.pk)
        .select_related("organisation", "member")
        .order_by("organisation__path")[0]
    )
    account = claim_records(cast.clerk, {post.member_id: "secretary2"}, at=at)["secretary2"]
    give_role(cast.security, account, Role.SECRETARY, post.organisation, at=at)
    known = Account.objects.filter(username__in=("member2", "member3")).order_by("username")
    return Scene(
        cast=cast,
        secretary=actor_of(Account.objects.get(username="secretary")),
        others=tuple(actor_of(one) for one in known),
        clerk=actor_of(clerk),
        neighbour=post.organisation,
        neighbours=actor_of(Account.objects.get(pk=account.pk)),
        town=town,
        at=at,
    )


def _instant(day: date, hour: time = AFTERNOON) -> datetime:
    return datetime.combine(day, hour, SHANGHAI)


def _planned(scene: Scene, kinds: list[str], day: date, title: str) -> Plan:
    """What the form would offer, on that day in the afternoon; a member with an account takes the minutes."""
    begun = prefilled(scene.branch, kinds, today=scene.today, on=day)
    starts = _instant(day)
    return replace(
        begun,
        title=title,
        starts_at=starts,
        ends_at=starts + (begun.ends_at - begun.starts_at),
        place=begun.place or "党员活动室",
        recorder=begun.recorder or scene.others[0].member_id,
    )


def _hold(scene: Scene, planned: Plan) -> Activity:
    """Plan, announce, tick and close an activity in the past, at the instants at which that was done."""
    first = planned.starts_at - timedelta(days=4)
    made = plan(scene.secretary, organisation=scene.branch.pk, planned=planned, at=first)
    announce(scene.secretary, activity=made.pk, at=first)
    people = Participant.objects.filter(activity=made.pk, is_excused=False).order_by("pinyin", "id")
    ours = {one.member_id for one in (scene.secretary, scene.cast.member, *scene.others)}
    came = [one.pk for number, one in enumerate(people, 1) if one.member_id in ours or number % AWAY]
    tick(scene.secretary, activity=made.pk, participants=came, at=planned.starts_at)
    return hold(scene.secretary, activity=made.pk, at=planned.ends_at)


def _meeting_of_last_month(scene: Scene) -> None:
    """A general meeting with confirmed minutes, two votes, and two resolutions: one open, one overdue."""
    day = min(add_months(scene.today, -1).replace(day=24), scene.today - timedelta(days=5))
    planned = _planned(scene, ["general_meeting"], day, f"{day.month}月党员大会")
    held = _hold(scene, planned)
    after = planned.ends_at + timedelta(hours=2)
    minutes = begin_minutes(scene.secretary, activity=held.pk, at=after)
    texts = (
        ("应到、实到党员人数符合规定，大会有效。", ""),
        ("代表支部委员会报告三季度工作：防汛值守、党员联系户和活动场所改造。", "同意支部委员会工作报告。"),
        ("建议冬闲时节把外出返乡的党员组织起来学习；村东排水沟要在上冻前清完。", ""),
        ("", "通过2026年冬季村东排水沟清淤方案。".replace("2026", str(day.year))),
        ("安排四季度组织生活会准备和民主评议党员工作。", ""),
    )
    for item, (said, decision) in zip(minutes.items.order_by("position"), texts, strict=False):
        speeches = [Speech(scene.secretary.name, said, scene.secretary.member_id)] if said else []
        write_item(scene.secretary, item=item.pk, version=item.version, speeches=speeches, decision=decision, at=after)
    items = list(minutes.items.order_by("position"))
    voters = Participant.objects.filter(activity=held.pk, may_vote=True, attendance__in=["present", "late"]).count()
    counters = tuple(one.member_id for one in scene.others if one.member_id)
    for question, against in (("支部委员会三季度工作报告", 0), ("村东排水沟清淤方案", 1)):
        count = Count(
            question=question,
            kind="general_meeting",
            method="hands",
            in_favour=voters - against,
            against=against,
            counters=counters,
        )
        enter_vote(scene.secretary, item=items[3].pk, count=count, at=after)
    for text, owner, due in (
        ("统计返乡党员名单，排出冬季学习日程", scene.cast.member, scene.today + WEEK),
        ("联系水利站确定排水沟清淤用工和机械", scene.others[0], scene.today - timedelta(days=2)),
    ):
        if owner.member_id:
            add_resolution(scene.secretary, item=items[-1].pk, text=text, owner=owner.member_id, due_on=due, at=after)
    confirm_minutes(scene.secretary, activity=held.pk, at=after)


def _rooms(scene: Scene) -> UUID:
    """The town lends a hall; the neighbours have it one afternoon."""
    hall = keep_room(
        scene.clerk,
        organisation=scene.town.pk,
        name="镇党群服务中心报告厅",
        seats=120,
        equipment="投影、音响、视频会议终端",
        address="北宋镇政府驻地党群服务中心一楼",
        is_shared=True,
        at=scene.at,
    )
    own = keep_room(
        scene.secretary,
        organisation=scene.branch.pk,
        name="村党员活动室",
        seats=40,
        equipment="电视、远程教育终端",
        at=scene.at,
    )
    begins = _instant(scene.today + WEEK)
    book_room(
        scene.neighbours,
        room=hall.pk,
        organisation=scene.neighbour.pk,
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
        purpose="远程教育集中收看",
        at=scene.at,
    )
    return own.pk


def _joint_lecture(scene: Scene) -> None:
    """Two branches learn together; the lecture counts for each once."""
    since = add_months(scene.today, -3)
    allied = found_alliance(
        scene.secretary,
        organisation=scene.branch.pk,
        name="沿河村党建联建",
        partners=[scene.neighbour.name],
        on=since,
        at=_instant(since),
    )
    for party in AllianceParty.objects.filter(alliance=allied.pk):
        if party.state == AllianceParty.State.INVITED:
            answer_invitation(scene.neighbours, party=party.pk, accept=True, on=since, at=_instant(since))
        ours = party.organisation_id == scene.branch.pk
        add_item(
            scene.secretary,
            party=party.pk,
            kind="resource" if ours else "need",
            text="党员活动室和远程教育设备共用" if ours else "大棚冬季管护技术指导",
            due_on=None if ours else scene.today + LAST_DAY,
            at=_instant(since),
        )
    day = scene.today - timedelta(days=12)
    planned = _planned(scene, ["party_lecture"], day, "联建党课：学习党支部工作条例")
    _hold(scene, replace(planned, alliance=allied.pk, parties=[scene.neighbour.pk]))


def _theme_day(scene: Scene, room: UUID) -> None:
    """The next theme day is announced in the branch's own room: two come, one asks for leave, others have not said."""
    day = scene.today + SOON
    planned = replace(
        _planned(scene, ["theme_day"], day, f"{day.month}月主题党日：走访困难党员和老党员"),
        room=room,
        place="村党员活动室",
    )
    made = plan(scene.secretary, organisation=scene.branch.pk, planned=planned, at=scene.at)
    announce(scene.secretary, activity=made.pk, at=scene.at)
    reply(scene.secretary, activity=made.pk, coming=True, at=scene.at)
    for number, one in enumerate(scene.others):
        reply(one, activity=made.pk, coming=number == 0, reason="当天陪家人到县医院复查", at=scene.at)


def _committee(scene: Scene) -> None:
    """The committee's next meeting stands as a draft, and one Party group has been set up."""
    ours = [one.member_id for one in (scene.cast.member, *scene.others) if one.member_id]
    keep_group(
        scene.secretary, organisation=scene.branch.pk, name="第一党小组", leader=ours[0], members=ours, at=scene.at
    )
    day = scene.today + LATER
    planned = _planned(scene, ["committee_meeting"], day, f"{day.month}月支部委员会会议")
    plan(scene.secretary, organisation=scene.branch.pk, planned=planned, at=scene.at)


def _notice_of_the_town(scene: Scene) -> None:
    """A notice that has to be read: the neighbours have confirmed it, the branch has not yet."""
    draft = Draft(
        title="关于做好入冬走访和党员联系方式核对的通知",
        text=NOTICE,
        audience="picked",
        picked=(scene.branch.pk, scene.neighbour.pk),
        due_on=scene.today + LATER,
        must_read_by=scene.today + SOON,
    )
    cost = cost_of_draft(scene.clerk, organisation=scene.town.pk, draft=draft, at=scene.at)
    kept = write_notice(scene.clerk, organisation=scene.town.pk, draft=draft, at=scene.at)
    sent = send_notice(
        scene.clerk, notice=kept.pk, version=kept.version, seen=cost.seen, accepts_over=True, at=scene.at
    )
    if sent.message_id:
        confirm(scene.neighbours, message=sent.message_id, at=scene.at)
    next_one = replace(
        draft,
        title="关于报送年度组织生活会时间安排的通知",
        text="请各党支部在平台上排定组织生活会日期，不另报纸质材料。",
        audience="below",
        picked=(),
        must_read_by=None,
        asked=(("是否需要镇党委派员列席", 1),),
    )
    write_notice(scene.clerk, organisation=scene.town.pk, draft=next_one, at=scene.at)


def _appraisal(scene: Scene) -> None:
    """The appraisal of the year is open: one self review is handed in, that of `member` is not."""
    opened = open_round(
        scene.secretary,
        organisation=scene.branch.pk,
        year=scene.today.year,
        as_of=scene.today,
        due_on=scene.today + LAST_DAY,
        at=scene.at,
    )
    save_review(scene.others[0], round_id=opened.pk, text=REVIEW, hand_in=True, at=scene.at)


def _preparation(scene: Scene) -> None:
    """The organisation-life meeting is being prepared."""
    people: Mapping[str, UUID] = {
        one.name: one.member_id for one in (scene.secretary, scene.cast.member, *scene.others) if one.member_id
    }
    prepared = open_preparation(
        scene.secretary,
        organisation=scene.branch.pk,
        kind="org_life_meeting",
        topic=f"{scene.today.year}年度组织生活会",
        planned_on=scene.today + LAST_DAY,
        authors=people.values(),
        at=scene.at,
    )
    record_study(
        scene.secretary,
        preparation=prepared.pk,
        studied_on=scene.today - timedelta(days=4),
        what="《中国共产党支部工作条例（试行）》有关组织生活的规定",
        at=scene.at,
    )
    give_opinion(
        scene.others[0],
        preparation=prepared.pk,
        source="members",
        about="支部委员会",
        text="学习安排偏在白天，务工党员参加不便，建议农忙和务工季改在晚上。",
        signed=True,
        at=scene.at,
    )
    plan_talks(scene.secretary, organisation=scene.branch.pk, year=scene.today.year, at=scene.at)
    owner = scene.cast.member.member_id
    if owner:
        set_rectification(
            scene.secretary,
            preparation=prepared.pk,
            problem="外出党员参加组织生活不便",
            measure="建立外出党员联系名单，每月以视频方式补课一次",
            owner=owner,
            due_on=scene.today + LATER,
            at=scene.at,
        )


def _greeting(scene: Scene) -> None:
    """A political birthday just past was congratulated in person; those still to come wait for a greeting."""
    for one in Member.objects.filter(organisation=scene.branch.pk, membership_status="normal").order_by("id"):
        day = political_birthday(one.joined_on, scene.today.year)
        if day is not None and scene.today - NEAR < day < scene.today:
            greet(scene.secretary, member=one.pk, way="in_person", text="", at=scene.at)
            return
