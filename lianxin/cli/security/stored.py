"""What the database holds on its own: roles, row security, guards of the event log, the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, LiteralString

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.cli.evidence import Check, bad, good, remark
from lianxin.cli.security.controls import Control
from lianxin.kernel.db.server import addresses, connect
from lianxin.kernel.db.server.addresses import tcp_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lianxin.cli.findings import State

    Seen = Iterator[tuple[State, str, str]]

GUARDED = ("kernel_event", "kernel_event_sealed", "kernel_seal")
KEPT_DAYS = 180
"""source: Cybersecurity Law, article on logs (at least six months)."""
_TABLES: LiteralString = (
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
)


def rows(query: LiteralString, *values: Any, app: bool = False) -> list[tuple[Any, ...]]:
    """The rows of a query, as the owner, whom row security hides nothing from; or as the application's role."""
    found = addresses()
    with connect(found.app if app else found.owner) as connection:
        connection.read_only = True
        return connection.execute(query, values).fetchall()


def names(query: LiteralString, *values: Any, app: bool = False) -> list[str]:
    """The first column of a query."""
    return [str(row[0]) for row in rows(query, *values, app=app)]


def checks() -> tuple[Check, ...]:
    """What is looked at."""
    return (
        Check("roles", Control.access, gettext_lazy("Database roles"), _roles),
        Check("row_security", Control.access, gettext_lazy("Row security"), _row_security),
        Check("append_only", Control.audit, gettext_lazy("Event log, guards"), _append_only),
        Check("chain", Control.integrity, gettext_lazy("Event log, chain"), _chain),
        Check("kept", Control.audit, gettext_lazy("Event log, time kept"), _kept),
        Check("listening", Control.intrusion, gettext_lazy("Database, open ports"), _listening),
        Check("checksums", Control.integrity, gettext_lazy("Database, checksums"), _checksums),
    )


def _roles() -> Seen:
    if addresses().one_role:
        yield bad(
            _("the application connects as the role that owns the tables."),
            _("Make a second role and name the owner in LIANXIN_OWNER_DATABASE_URL (docs/operations.md)."),
        )
        return
    ((mighty, owned, create),) = rows(
        "SELECT r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolreplication, "
        "(SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid), has_schema_privilege('public', 'CREATE') "
        "FROM pg_roles r WHERE r.rolname = current_user",
        app=True,
    )
    truncates = names(
        _TABLES + "AND has_table_privilege(c.oid, 'TRUNCATE') ORDER BY 1",
        app=True,
    )
    faults = []
    if mighty:
        faults.append(_("it may pass by row security or make roles"))
    if owned:
        faults.append(_("it owns %(number)d tables or indexes") % {"number": owned})
    if create:
        faults.append(_("it may create tables"))
    if truncates:
        faults.append(_("it may empty %(names)s") % {"names": ", ".join(truncates[:3])})
    if faults:
        yield bad("; ".join(faults), _("Run `lianxin migrate`; on a server of your own see docs/operations.md."))
    else:
        yield good(_("the application's role owns nothing, may not pass by row security and may not empty a table."))


def _row_security() -> Seen:
    guarded = names(_TABLES + "AND c.relrowsecurity ORDER BY 1")
    switched_off = names(
        _TABLES  # noqa: S608 - ours
        + "AND NOT c.relrowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid) "
        "ORDER BY 1"
    )
    without = sorted({table for table in _declared() if table not in guarded} | set(switched_off))
    if without:
        yield bad(
            _("tables without row security in force: %(names)s.") % {"names": ", ".join(without[:5])},
            _("Run `lianxin migrate`, which puts every policy in force again."),
        )
    elif not guarded:
        yield bad(_("no table has row security."), _("Run `lianxin migrate`."))
    else:
        yield good(_("row security is in force on %(number)d tables.") % {"number": len(guarded)})


def _declared() -> list[str]:
    from lianxin.kernel.db.row_security import guards  # noqa: PLC0415 - needs Django

    return [model._meta.db_table for model in guards()]  # noqa: SLF001 - Django's documented name


def _append_only() -> Seen:
    bare = names(
        "SELECT c.relname FROM pg_class c WHERE c.relname = ANY(%s) AND c.relnamespace = 'public'::regnamespace "
        "AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'append_only' "
        "AND t.tgenabled = 'A') ORDER BY 1",
        list(GUARDED),
    )
    writable = names(
        "SELECT c.relname FROM pg_class c WHERE c.relname = ANY(%s) AND c.relnamespace = 'public'::regnamespace "
        "AND (has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE') "
        "OR has_table_privilege(c.oid, 'TRUNCATE')) ORDER BY 1",
        list(GUARDED),
        app=True,
    )
    if bare or (writable and not addresses().one_role):
        yield bad(
            _("these tables can be changed: %(names)s.") % {"names": ", ".join(sorted({*bare, *writable}))},
            _("Find out who switched the guard off, verify the log, then restore the guard from the migrations."),
        )
    else:
        yield good(_("the tables of the log refuse change, removal and emptying, for every role."))


def _chain() -> Seen:
    from lianxin.kernel.events.verification import verify  # noqa: PLC0415 - needs Django

    report = verify()
    if report.is_sound:
        yield good(
            _("%(events)d events under %(seals)d seals are as they were sealed.")
            % {"events": report.events, "seals": report.seals}
        )
    else:
        count = len(report.problems) + report.more
        first = report.problems[0].sentence
        yield bad(
            _("%(count)d things in the log were changed; the first: %(what)s") % {"count": count, "what": first},
            _("Change nothing, make a backup, run `lianxin audit verify` and compare with earlier backups."),
        )


def _kept() -> Seen:
    ((first, count),) = rows("SELECT min(at), count(*) FROM kernel_event")
    if not count:
        yield remark(_("the log is empty."), _("It fills with the first act."))
        return
    yield good(
        _("the log is never shortened; its first event is of %(day)s. At least %(days)d days are asked for.")
        % {"day": f"{first:%Y-%m-%d}", "days": KEPT_DAYS}
    )


def _listening() -> Seen:
    if not addresses().embedded:
        ((address, encrypted),) = rows(
            "SELECT host(inet_server_addr()), (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid())", app=True
        )
        if address and not address.startswith("127.") and address != "::1" and not encrypted:
            yield bad(
                _("the connection to the database at %(address)s is not encrypted.") % {"address": address},
                _("Add sslmode=verify-full to LIANXIN_DATABASE_URL."),
            )
        else:
            yield good(_("the connection to your own PostgreSQL is local or encrypted."))
        return
    ((listens,),) = rows("SHOW listen_addresses")
    if listens in {"", "localhost", "127.0.0.1"} and (listens == "" or tcp_port()):
        where = _("its socket only") if not listens else f"127.0.0.1:{tcp_port()}"
        yield good(_("the embedded PostgreSQL answers on %(where)s.") % {"where": where})
    else:
        yield bad(
            _("the embedded PostgreSQL answers on %(where)s.") % {"where": listens},
            _("Remove listen_addresses from var/postgres.conf and start the database again."),
        )


def _checksums() -> Seen:
    ((checksums,), *_more) = rows("SHOW data_checksums")
    ((flushing,), *_more) = rows("SHOW fsync")
    if (checksums, flushing) == ("on", "on"):
        yield good(_("pages carry checksums, and what is saved is flushed to disk."))
    else:
        yield bad(
            _("data_checksums is %(checksums)s, fsync is %(fsync)s.") % {"checksums": checksums, "fsync": flushing},
            _("Switch both on (pg_checksums --enable; fsync = on)."),
        )
