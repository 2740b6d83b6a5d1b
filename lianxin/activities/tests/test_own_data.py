"""What a member takes away of themselves holds what organisation life keeps about them, and nobody else's."""

from lianxin.kernel.web.actors import actor_of
from lianxin.members.actions.own_data import take_own_data


def test_a_member_takes_away_what_they_were_invited_to(people, meeting, account_of, at):
    held = meeting(title="柳树村三月主题党日")
    wang = actor_of(account_of(people[1], "lixiulan"))
    further = take_own_data(wang, clear=False, at=at)["further"]
    rows = further["activities.participation"]["rows"]
    assert [(one["activity__title"], one["attendance"]) for one in rows] == [(held.title, "unknown")]
    assert further["activities.resolutions"]["rows"] == []
    assert set(further) >= {"messaging.received", "appraisals.outcomes", "preparations.examinations"}
