"""The shape of the queries by which rows are located."""

ORGANISATION = "(SELECT o.path FROM organisations_organisation o WHERE o.id = t.{})"
MEMBER = "(SELECT m.organisation_path FROM members_member m WHERE m.id = t.{})"
RUN = "(SELECT o.path FROM files_import i JOIN organisations_organisation o ON o.id = i.organisation_id WHERE i.{})"
NOBODY = "NULL::uuid[]"
PATH = "t.organisation_path"


def query(
    table: str,
    path: str = PATH,
    accounts: str = NOBODY,
    member: str = "NULL",
    kind: str = "''",
    key: str = "id",
    *,
    also: str = "NULL::text[]",
    named: str = NOBODY,
    owners: str = NOBODY,
) -> str:
    """Rows of a table: `also` further paths of theirs, `named` members who may see them, `owners` whose they are."""
    columns = f"{path}, {accounts}, {member}, {kind}, t::text, {also}, {named}, {owners}"
    return f"SELECT t.{key}, {columns} FROM {table} t"  # noqa: S608 - constants
