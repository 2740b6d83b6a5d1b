"""What printed minutes show, in the words of the reader's language, from their content alone."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from lianxin.activities.models import Minutes, Resolution, VoteKind, VoteVoice, vote_methods
from lianxin.activities.models.vote import VoteMethod
from lianxin.kernel.time import day_of
from lianxin.kernel.ui.templatetags.ui import long_date, long_time

CHINESE_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class ShownVote:
    """A vote in sentences."""

    question: str
    counts: str
    sum: str
    named: str
    counters: str


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item of the agenda as printed."""

    heading: str
    speeches: list[dict[str, str]]
    votes: list[ShownVote]
    decision: str
    resolutions: list[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything a template may name. `sha256` and `address` are empty while the minutes are a draft."""

    organisation: str
    title: str
    draft: str
    facts: list[tuple[str, str]]
    open: list[str]
    items: list[ShownItem]
    attachments: list[str]
    notes: list[str]
    day: str
    sha256: str
    address: str
    words: dict[str, str]
    lang: str = "zh"
    region: str = "cn"

    def plain(self) -> dict[str, Any]:
        """As dictionaries and lists."""
        return asdict(self)


def shown_minutes(content: dict[str, Any], minutes: Minutes, *, address: str) -> Shown:
    """The printed minutes. Notes are those appended so far; `address` is that of the check page.

    No query, if the notes are loaded.
    """
    chinese = (get_language() or "zh-hans").startswith("zh")
    started = datetime.fromisoformat(content["starts_at"])
    confirmed = minutes.is_confirmed
    return Shown(
        organisation=content["organisation"]["name"],
        title=_title(content["title"]),
        draft="" if confirmed else _("draft, not confirmed"),
        facts=_facts(content, started),
        open=[_earlier(one) for one in content["earlier"]],
        items=[_item(number, one, chinese=chinese) for number, one in enumerate(content["items"], 1)],
        attachments=[f"{number}. {one['name']}" for number, one in enumerate(content["attachments"], 1)],
        notes=[
            _("%(day)s, %(who)s: %(text)s (reason: %(reason)s)")
            % {"day": long_date(note.at), "who": note.author_name, "text": note.text, "reason": note.reason}
            for note in (minutes.notes.all() if confirmed else ())
        ],
        day=long_date(day_of(started)),
        sha256=minutes.sha256,
        address=address if confirmed else "",
        words=_words(),
        lang="zh" if chinese else "en",
        region="cn" if chinese else "gb",
    )


def _title(title: str) -> str:
    """The title as a document bears it: it ends in “minutes”, once."""
    if title.rstrip().endswith(_("minutes of the meeting")):
        return title
    return _("%(title)s: minutes of the meeting") % {"title": title}


def _facts(content: dict[str, Any], started: datetime) -> list[tuple[str, str]]:
    there = content["presence"]
    ended = datetime.fromisoformat(content["ends_at"])
    until = f"{ended:%H:%M}" if ended.date() == started.date() else long_time(ended)
    place = content["place"] or (_("online") if content["online"] else "")
    facts = [
        (_("Time of the meeting"), f"{long_time(started)}—{until}"),
        (_("Place of the meeting"), place),
        (_("Chair"), content["chair"]),
        (_("Recorder"), content["recorder"]),
        (
            _("Expected"),
            (
                _("%(count)s; %(voters)s entitled to vote, %(excused)s of them excused from attending")
                if there["voters_excused"]
                else _("%(count)s, of them %(voters)s entitled to vote")
            )
            % {"count": there["expected"], "voters": there["voters"], "excused": there["voters_excused"]},
        ),
        (
            _("Present"),
            _("%(count)s, of them %(voters)s entitled to vote: %(names)s")
            % {
                "count": len(there["present"]),
                "voters": there["voters_present"],
                "names": _listed(_late(name, there["late"]) for name in there["present"]),
            }
            if there["present"]
            else _("nobody"),
        ),
    ]
    if there["on_leave"]:
        facts.append((_("On leave"), _counted(len(there["on_leave"]), _listed(there["on_leave"]))))
    if there["absent"]:
        facts.append((_("Absent"), _counted(len(there["absent"]), _listed(there["absent"]))))
    if there["excused"]:
        facts.append((_("Excused from attending"), _counted(len(there["excused"]), _listed(there["excused"]))))
    if there["others"]:
        facts.append(
            (_("Also present"), _counted(len(there["others"]), _listed(one["name"] for one in there["others"])))
        )
    return facts


def _late(name: str, late: list[str]) -> str:
    return _("%(name)s (late)") % {"name": name} if name in late else name


def _listed(names: Iterable[str]) -> str:
    return pgettext("between names", ", ").join(names)


def _counted(count: int, listed: str) -> str:
    return _("%(count)s: %(names)s") % {"count": count, "names": listed}


def _earlier(one: dict[str, str]) -> str:
    facts = {
        "decided": long_date(date.fromisoformat(one["decided_on"])),
        "text": one["text"],
        "owner": one["owner"],
        "due": long_date(date.fromisoformat(one["due_on"])),
        "state": str(Resolution.State(one["state"]).label),
        "note": one["note"],
    }
    if one["note"]:
        return _("“%(text)s” (resolved on %(decided)s, %(owner)s, until %(due)s): %(state)s. %(note)s") % facts
    return _("“%(text)s” (resolved on %(decided)s, %(owner)s, until %(due)s): %(state)s.") % facts


def _item(number: int, one: dict[str, Any], *, chinese: bool) -> ShownItem:
    mark = f"{chinese_number(number)}、" if chinese else f"{number}. "
    return ShownItem(
        heading=f"{mark}{one['title']}",
        speeches=[{"speaker": _speaker(it), "text": it["text"]} for it in one["speeches"]],
        votes=[_vote(vote) for vote in one["votes"]],
        decision=one["decision"],
        resolutions=[
            _("%(text)s (%(owner)s, until %(due)s)")
            % {"text": it["text"], "owner": it["owner"], "due": long_date(date.fromisoformat(it["due_on"]))}
            for it in one["resolutions"]
        ],
    )


def _speaker(speech: dict[str, Any]) -> str:
    """Who spoke; words of somebody who was not there were handed in, and are said to be."""
    name: str = speech["speaker"]
    return _("%(name)s (in writing)") % {"name": name} if speech["in_writing"] else name


def _vote(vote: dict[str, Any]) -> ShownVote:
    method = vote_methods().get(vote["method"], VoteMethod("", vote["method"], counted=True))
    counts = _("In favour %(in_favour)s, against %(against)s, abstained %(abstained)s.") % vote
    if vote["invalid"]:
        counts += " " + _("Invalid papers %(invalid)s.") % vote
    if vote["written_in_favour"]:
        counts += " " + _("In favour in writing %(written_in_favour)s.") % vote
    named = "".join(
        _("%(choice)s: %(names)s.") % {"choice": choice.label, "names": _listed(names)}
        for choice in VoteVoice.Choice
        if (names := [one["name"] for one in vote["voices"] if one["choice"] == choice])
    )
    kind = VoteKind(vote["kind"]).label if vote["kind"] in VoteKind.values else vote["kind"]
    return ShownVote(
        question=_("%(question)s (%(method)s; %(kind)s).")
        % {"question": vote["question"], "method": method.label, "kind": kind},
        counts=counts,
        sum=vote["sum"],
        named=named,
        counters=_("Counted by: %(names)s.") % {"names": _listed(vote["counters"])} if vote["counters"] else "",
    )


def chinese_number(number: int) -> str:
    """1 to 99 as headings of documents are numbered: 一, 十, 十二, 二十, 二十三."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{CHINESE_DIGITS[tens]}十"
    return head + (CHINESE_DIGITS[ones] if ones or not tens else "")


def _words() -> dict[str, str]:
    return {
        "embedded": _("The content of these minutes as data; its SHA-256 is printed on the last page"),
        "open": _("State of earlier resolutions"),
        "vote": _("Result of the vote"),
        "decision": _("Decision"),
        "resolution": _("To be done"),
        "attachments": _("Attachments"),
        "notes": _("Corrections appended after confirmation"),
        "chair_signs": _("Chair (signature)"),
        "recorder_signs": _("Recorder (signature)"),
        "check": _(
            "Scan to check this record: the page shows organisation, kind, day and digest, and nothing personal."
        ),
        "attached": _("The digest is that of minutes.json, which is attached to the PDF."),
        "digest": _("Digest (SHA-256)"),
        "colon": pgettext("between label and value", ": "),
    }
