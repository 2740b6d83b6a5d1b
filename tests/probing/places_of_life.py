"""Where rows of organisation life lie: activities, minutes, messages, duties, ceremonies, preparations, appraisals."""

# ruff: noqa: S608 - constants
from tests.probing.places_sql import PATH, query


def _array(column: str, rows: str) -> str:
    return f"ARRAY(SELECT {column} FROM {rows})"


# --- activities
def _invited(activity: str) -> str:
    return _array("p.member_id", f"activities_participant p WHERE p.activity_id = {activity}")


def _joined(activity: str) -> str:
    return _array("p.organisation_path::text", f"activities_party p WHERE p.activity_id = {activity} AND NOT p.is_host")


def _of_activity(table: str, activity: str, path: str = "", key: str = "id") -> str:
    def column(name: str) -> str:
        return f"(SELECT a.{name} FROM activities_activity a WHERE a.id = {activity})"

    return query(
        table, path or column("organisation_path"), kind=column("state"), key=key,
        also=_joined(activity), named=_invited(activity),
    )  # fmt: skip


def of_file(table: str, key: str, file: str, accounts: str) -> str:
    """Of stored files: those attached to an activity are whose the activity is."""
    attached = f"SELECT f.activity_id FROM activities_file f WHERE f.file_id = t.{file}"
    imported = (
        "SELECT o.path FROM files_import i JOIN organisations_organisation o ON o.id = i.organisation_id"
        f" WHERE i.file_id = t.{file}"
    )
    return query(
        table,
        f"coalesce((SELECT a.organisation_path FROM activities_activity a WHERE a.id = ({attached})), ({imported}))",
        accounts,
        kind="coalesce((SELECT CASE a.state WHEN 'draft' THEN 'attached draft' ELSE 'attached' END"
        f" FROM activities_activity a WHERE a.id = ({attached})), '')",
        key=key,
        also=_joined(f"({attached})"),
        named=_invited(f"({attached})"),
    )


def _of_minutes(table: str, minutes: str, path: str = "", member: str = "NULL") -> str:
    def column(name: str) -> str:
        return f"(SELECT m.{name} FROM activities_minutes m WHERE m.id = {minutes})"

    activity = column("activity_id")
    officers = _array(
        "o.officer",
        f"activities_activity a CROSS JOIN LATERAL (VALUES (a.chair_id), (a.recorder_id)) o(officer)"
        f" WHERE a.id = {activity} AND o.officer IS NOT NULL",
    )
    return query(
        table, path or column("organisation_path"), member=member, kind=column("state"),
        also=_joined(activity), named=_invited(activity), owners=officers,
    )  # fmt: skip


MINUTES_OF_ITEM = "(SELECT i.minutes_id FROM activities_minutes_item i WHERE i.id = t.item_id)"
MINUTES_OF_VOTE = (
    "(SELECT i.minutes_id FROM activities_vote v JOIN activities_minutes_item i ON i.id = v.item_id"
    " WHERE v.id = t.vote_id)"
)


def _parties(alliance: str) -> str:
    return _array("p.organisation_path::text", f"activities_alliance_party p WHERE p.alliance_id = {alliance}")


def _of(parent: str, column: str, of: str) -> str:
    return f"(SELECT p.{column} FROM {parent} p WHERE p.id = t.{of})"


IN_GROUP = _array("g.member_id", "activities_group_member g WHERE g.group_id = {}")
OWN_MESSAGE = "(SELECT m.sender_id FROM messaging_message m WHERE m.id = t.message_id)"
OF_DELIVERY = "messaging_recipient r JOIN messaging_message m ON m.id = r.message_id WHERE r.id = t.recipient_id"
LOCATE_LIFE = {
    "activities_activity": _of_activity("activities_activity", "t.id"),
    "activities_agenda_item": _of_activity("activities_agenda_item", "t.activity_id"),
    "activities_file": _of_activity("activities_file", "t.activity_id"),
    "activities_hall_receipt": _of_activity("activities_hall_receipt", "t.activity_id", key="nonce"),
    "activities_guidance": _of_activity("activities_guidance", "t.activity_id"),
    "activities_party": query(
        "activities_party", also="ARRAY[t.activity_path::text]", named=_invited("t.activity_id")
    ),
    "activities_participant": query(
        "activities_participant", member="t.member_id", kind="t.role", also="ARRAY[t.member_path::text]",
        named=_invited("t.activity_id"),
    ),
    "activities_series": query("activities_series"),
    "activities_excuse": query("activities_excuse", member="t.member_id"),
    "activities_group": query("activities_group", named=IN_GROUP.format("t.id")),
    "activities_group_member": query(
        "activities_group_member", _of("activities_group", "organisation_path", "group_id"),
        named=IN_GROUP.format("t.group_id"),
    ),
    "activities_alliance": query("activities_alliance", also=_parties("t.id")),
    "activities_alliance_party": query("activities_alliance_party", also=_parties("t.alliance_id")),
    "activities_alliance_item": query(
        "activities_alliance_item", _of("activities_alliance", "organisation_path", "alliance_id"),
        also=_parties("t.alliance_id"),
    ),
    "activities_template": query("activities_template"),
    "activities_room": query("activities_room", kind="CASE WHEN t.is_shared THEN 'shared' ELSE '' END"),
    "activities_room_booking": query(
        "activities_room_booking", _of("activities_room", "organisation_path", "room_id"),
        kind="(SELECT CASE WHEN r.is_shared THEN 'shared' ELSE '' END FROM activities_room r WHERE r.id = t.room_id)",
        also="ARRAY[t.organisation_path::text]",
    ),
    "activities_minutes": _of_minutes("activities_minutes", "t.id"),
    "activities_minutes_item": _of_minutes("activities_minutes_item", "t.minutes_id"),
    "activities_minutes_note": _of_minutes("activities_minutes_note", "t.minutes_id"),
    "activities_make_up": _of_minutes("activities_make_up", "t.minutes_id", member="t.member_id"),
    "activities_vote": _of_minutes("activities_vote", MINUTES_OF_ITEM),
    "activities_vote_voice": _of_minutes("activities_vote_voice", MINUTES_OF_VOTE, member="t.member_id"),
    "activities_resolution": _of_minutes("activities_resolution", MINUTES_OF_ITEM, PATH, "t.owner_id"),
    "messaging_message": query(
        "messaging_message",
        accounts="ARRAY(SELECT r.account_id FROM messaging_recipient r WHERE r.message_id = t.id) || t.sender_id",
        owners=_array("r.member_id", "messaging_recipient r WHERE r.message_id = t.id"),
    ),
    "messaging_recipient": query(
        "messaging_recipient", _of("messaging_message", "organisation_path", "message_id"),
        f"ARRAY[t.account_id, {OWN_MESSAGE}]", "t.member_id",
    ),
    "messaging_delivery": query(
        "messaging_delivery", f"(SELECT m.organisation_path FROM {OF_DELIVERY})",
        f"ARRAY[t.account_id, (SELECT m.sender_id FROM {OF_DELIVERY})]", f"(SELECT r.member_id FROM {OF_DELIVERY})",
    ),
    "messaging_preference": query("messaging_preference", "''", "ARRAY[t.account_id]", key="account_id"),
    "messaging_push_subscription": query("messaging_push_subscription", "''", "ARRAY[t.account_id]"),
    "messaging_notice": query("messaging_notice", kind="t.state"),
    "messaging_notice_target": query(
        "messaging_notice_target",
        also=_array("n.organisation_path::text", "messaging_notice n WHERE n.id = t.notice_id"),
    ),
    "duties_duty": query("duties_duty"),
    "duties_act": query("duties_act"),
    "duties_count": query("duties_count"),
    "duties_feed": query("duties_feed", "''", "ARRAY[t.account_id]"),
    "ceremonies_anniversary": query("ceremonies_anniversary", member="t.member_id", key="member_id"),
    "ceremonies_greeting": query("ceremonies_greeting", member="t.member_id"),
    "preparations_talk_year": query("preparations_talk_year"),
    "preparations_talk": query("preparations_talk", owners="ARRAY[t.first_id, t.second_id]"),
    "preparations_talk_note": query("preparations_talk_note", owners="ARRAY[t.first_id, t.second_id]"),
    "preparations_preparation": query("preparations_preparation"),
    "preparations_study": query("preparations_study"),
    "preparations_opinion": query("preparations_opinion"),
    "preparations_examination": query(
        "preparations_examination", member="t.author_id",
        named=_array("r.member_id", "preparations_reader r WHERE r.examination_id = t.id"),
    ),
    "preparations_reader": query(
        "preparations_reader", member=_of("preparations_examination", "author_id", "examination_id"),
        named=_array("r.member_id", "preparations_reader r WHERE r.examination_id = t.examination_id"),
    ),
    "preparations_examination_text": query(
        "preparations_examination_text", member="t.author_id",
        kind="CASE WHEN t.is_handed_in THEN '' ELSE 'draft' END",
        named=_array("r.member_id", "preparations_reader r WHERE r.examination_id = t.examination_id"),
    ),
    "preparations_criticism": query("preparations_criticism", member="t.of_id"),
    "preparations_rectification": query("preparations_rectification", member="t.owner_id"),
    "appraisals_round": query("appraisals_round"),
    "appraisals_participant": query("appraisals_participant"),
    "appraisals_self_review": query(
        "appraisals_self_review", member="t.member_id",
        kind="CASE WHEN t.handed_in_at IS NULL THEN 'draft' ELSE '' END",
    ),
    "appraisals_outcome": query("appraisals_outcome", member="t.member_id"),
    "appraisals_turnout": query("appraisals_turnout"),
    "appraisals_box": query("appraisals_box"),
    "appraisals_opinion": query("appraisals_opinion"),
    "appraisals_tally": query("appraisals_tally"),
    "appraisals_paper_count": query("appraisals_paper_count"),
    "ledgers_layout": query("ledgers_layout"),
    "ledgers_layout_version": query(
        "ledgers_layout_version", _of("ledgers_layout", "organisation_path", "layout_id")
    ),
    "ledgers_form": query(
        "ledgers_form", also=_array("r.organisation_path::text", "ledgers_reply r WHERE r.form_id = t.id")
    ),
    "ledgers_question": query(
        "ledgers_question", _of("ledgers_form", "organisation_path", "form_id"),
        also=_array("r.organisation_path::text", "ledgers_reply r WHERE r.form_id = t.form_id"),
    ),
    "ledgers_reply": query("ledgers_reply", also="ARRAY[t.form_path::text]"),
    "ledgers_reply_file": query(
        "ledgers_reply_file", _of("ledgers_reply", "organisation_path", "reply_id"),
        also=_array("r.form_path::text", "ledgers_reply r WHERE r.id = t.reply_id"),
    ),
}  # fmt: skip
"""Of every table of organisation life."""
