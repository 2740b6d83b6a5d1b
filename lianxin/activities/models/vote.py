"""Votes at an item of the minutes: counted on paper or by hands with two counters, or recorded by name."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.activities.kinds import VOTED_BY_MEMBERS, committee_decides
from lianxin.activities.models.minutes import MinutesItem
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.errors import Sentence


class VoteKind(models.TextChoices):
    """By which rule a vote is judged: keys of the code table of meeting types that `rules.facade.judge_vote` takes."""

    GENERAL = "general_meeting", _("general meeting")
    ADMISSION = "admission_meeting", _("admission or conversion")
    COMMITTEE = "committee_meeting", _("committee meeting")
    ELECTION = "election_meeting", _("election (one candidate)")


def vote_kinds_for(kinds: Iterable[str]) -> list[VoteKind]:
    """The rules by which a vote at a meeting of these kinds can be judged, that of the meeting itself first.

    Only a meeting of members decides on admissions; a committee decides by its own rule, and elects. A theme day, a
    lecture, a meeting of a Party group decide nothing by a counted vote: empty. Source: BRANCH 11, 12; meeting_types.
    """
    held = set(kinds)
    if held & VOTED_BY_MEMBERS:
        found = [VoteKind.GENERAL, VoteKind.ADMISSION, VoteKind.ELECTION]
    else:
        found = [VoteKind.COMMITTEE, VoteKind.ELECTION] if committee_decides(held) else []
    return sorted(found, key=lambda kind: kind.value not in held)


class VoteMethod:
    """A way of voting. `counted`: numbers are counted by two counters; else they follow from the voices by name.

    A secret electronic ballot is one more method, which its module registers with `vote_method`; what comes out of it
    is handed in like any count.
    """

    def __init__(self, key: str, label: Sentence, *, counted: bool) -> None:
        self.key, self.label, self.counted = key, label, counted


_methods: dict[str, VoteMethod] = {}


def vote_method(key: str, label: Sentence, *, counted: bool) -> VoteMethod:
    """Make a way of voting known.

    Raises:
        ValueError: there is one of that key.
    """
    if key in _methods:
        raise ValueError(f"The way of voting {key} is declared twice.")
    _methods[key] = VoteMethod(key, label, counted=counted)
    return _methods[key]


def vote_methods() -> dict[str, VoteMethod]:
    """Every way of voting, by key."""
    return dict(_methods)


SHOW_OF_HANDS = vote_method("hands", _("show of hands"), counted=True)
PAPER = vote_method("paper", _("paper ballot"), counted=True)
RECORDED = vote_method("recorded", _("recorded vote"), counted=False)


class Vote(models.Model):
    """A vote with its count, and what the rule of the day says of it.

    `eligible` and `present` are numbers of persons entitled to vote. `present` counts who was there when it was voted,
    `came` who had come by the records of that moment: where the records say otherwise later, the vote is counted anew.
    `written_in_favour` opinions handed in before the meeting, which count as votes but not as present. `rules` names
    the versions of the rules applied, `sum` is the sentence of the reckoning.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(MinutesItem, on_delete=models.CASCADE, related_name="votes")
    question = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=VoteKind)
    method = models.CharField(max_length=12)
    eligible = models.PositiveIntegerField()
    present = models.PositiveIntegerField()
    came = models.PositiveIntegerField()
    in_favour = models.PositiveIntegerField()
    against = models.PositiveIntegerField(default=0)
    abstained = models.PositiveIntegerField(default=0)
    invalid = models.PositiveIntegerField(default=0)
    written_in_favour = models.PositiveIntegerField(default=0)
    counter_one = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, related_name="+")
    counter_two = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, related_name="+")
    is_quorate = models.BooleanField(null=True)
    is_passed = models.BooleanField(null=True)
    sum = models.TextField()
    rules: Any = ArrayField(models.CharField(max_length=120), default=list)
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "activities_vote"
        ordering = ["id"]
        indexes = [models.Index(fields=["item", "id"], name="votes_of_item")]
        constraints = [
            models.CheckConstraint(
                name="vote_counts_fit",
                condition=models.Q(present__lte=models.F("eligible"))
                & models.Q(
                    present__gte=models.F("in_favour")
                    + models.F("against")
                    + models.F("abstained")
                    + models.F("invalid")
                )
                & models.Q(eligible__gte=models.F("present") + models.F("written_in_favour")),
            ),
            models.CheckConstraint(
                name="vote_counters_are_two",
                condition=models.Q(counter_one__isnull=True)
                | models.Q(counter_two__isnull=True)
                | ~models.Q(counter_one=models.F("counter_two")),
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def method_label(self) -> Sentence:
        """The way of voting in words."""
        known = _methods.get(self.method)
        return known.label if known else self.method


class VoteVoice(models.Model):
    """How one member voted in a recorded vote."""

    class Choice(models.TextChoices):
        """The voice."""

        IN_FAVOUR = "in_favour", _("in favour")
        AGAINST = "against", _("against")
        ABSTAINED = "abstained", _("abstained")
        NOT_CAST = "not_cast", _("did not vote")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="voices")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=9, choices=Choice)

    class Meta:
        db_table = "activities_vote_voice"
        constraints = [models.UniqueConstraint(fields=["vote", "member"], name="voice_once_a_member")]

    def __str__(self) -> str:
        return self.choice
