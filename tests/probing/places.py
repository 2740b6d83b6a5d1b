"""Where rows of guarded tables lie, in SQL of our own.

Each query gives (key, path, accounts, member, kind, the row as text, further paths, members named, members it is of).
"""

from tests.probing.places_of_life import LOCATE_LIFE, of_file
from tests.probing.places_sql import MEMBER, NOBODY, ORGANISATION, RUN
from tests.probing.places_sql import query as _query


def _of_organisation(table: str, column: str = "organisation_id", accounts: str = NOBODY) -> str:
    return _query(table, ORGANISATION.format(column), accounts)


def _of_member(table: str) -> str:
    return _query(table, MEMBER.format("member_id"), member="t.member_id")


def _of_run(table: str, key: str = "id") -> str:
    of_account = "ARRAY[(SELECT i.account_id FROM files_import i WHERE i.id = t.run_id)]"
    return _query(table, RUN.format("id = t.run_id"), of_account, key=key)


STORED_BY = (
    "ARRAY(SELECT account_id FROM files_import i WHERE i.file_id = t.id UNION "
    "SELECT account_id FROM files_export e WHERE e.file_id = t.id)"
)
LOCATE = {
    "organisations_organisation": _query("organisations_organisation", "t.path"),
    "organisations_version": _of_organisation("organisations_version"),
    "organisations_term": _of_organisation("organisations_term"),
    "organisations_unapplied": _of_organisation("organisations_unapplied"),
    "organisations_local_value": _of_organisation("organisations_local_value"),
    "organisations_succession": _of_organisation("organisations_succession", "earlier_id"),
    "organisations_grant": _of_organisation("organisations_grant", accounts="ARRAY[t.account_id]"),
    "organisations_grant_request": _of_organisation("organisations_grant_request", accounts="ARRAY[t.asked_by]"),
    "members_member": _query("members_member", "t.organisation_path", member="t.id"),
    "members_membership": _of_member("members_membership"),
    "members_record": _of_member("members_record"),
    "members_claim": _of_member("members_claim"),
    "members_unapplied": _of_member("members_unapplied"),
    "members_post": _of_member("members_post"),
    "members_correction": _query("members_correction", "t.organisation_path", member="t.member_id"),
    "members_rights_request": _query("members_rights_request", "t.organisation_path", member="t.member_id"),
    "members_consent": _query("members_consent", "t.organisation_path", member="t.member_id"),
    "members_reveal_count": _query("members_reveal_count", "''", "ARRAY[t.account_id]"),
    "files_import": _of_organisation("files_import", accounts="ARRAY[t.account_id]"),
    "files_import_progress": _of_run("files_import_progress", key="run_id"),
    "files_import_finding": _of_run("files_import_finding"),
    "files_import_correction": _of_run("files_import_correction"),
    "files_column_choice": _query("files_column_choice", "''", "ARRAY[t.account_id]"),
    "files_export": _query("files_export", "''", "ARRAY[t.account_id]"),
    "files_stored": of_file("files_stored", "id", "id", STORED_BY),
    "files_attachment": of_file("files_attachment", "file_id", "file_id", "ARRAY[t.account_id]"),
    "kernel_event": _query("kernel_event", "t.organisation_path", "ARRAY[t.actor_id]", "t.subject_id", "t.kind"),
    "kernel_daily_acts": _query("kernel_daily_acts", "t.organisation_path"),
    "disclosure_check": _query("disclosure_check", "t.organisation_path"),
    "disclosure_override": _query("disclosure_override", "t.organisation_path"),
    "api_token": _query(
        "api_token",
        "(SELECT min(o.path) FROM organisations_grant g JOIN organisations_organisation o ON o.id = g.organisation_id "
        "WHERE g.account_id = t.account_id)",
        "ARRAY[t.account_id]",
    ),
    "api_kept_answer": _query(
        "api_kept_answer", "''", "ARRAY[(SELECT k.account_id FROM api_token k WHERE k.id = t.token_id)]"
    ),
    **LOCATE_LIFE,
    "kernel_account": _query(
        "kernel_account",
        "(SELECT max(o.path) FROM organisations_grant g JOIN organisations_organisation o ON o.id = g.organisation_id "
        "WHERE g.account_id = t.id)",
        "ARRAY[t.id]",
    ),
}
"""Of each guarded table, and of accounts, which the database leaves open."""
