"""The machine: settings, secrets on disk, files in var, backups, the virus scanner, rates, what is installed."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.cli.evidence import Check, bad, good, remark
from lianxin.cli.manifest import LAST_BACKUP, SECRET_FILES
from lianxin.cli.security.controls import Control
from lianxin.cli.security.stored import rows
from lianxin.cli.security.supply import installed_faults, lock_faults
from lianxin.kernel.db.server import var_directory
from lianxin.kernel.edge.rates import known_rates
from lianxin.kernel.edge.uploads.scanning import OFF, ScannerAway, scanner, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lianxin.cli.findings import State

    Seen = Iterator[tuple[State, str, str]]

CLOSED_FILES = (*SECRET_FILES, "postgres-passwords")
SHORTEST_SECRET = 50
BACKUP_DAYS = 2
_OTHERS = 0o077
_MOST_FILES = 20_000


def checks() -> tuple[Check, ...]:
    """What is looked at."""
    return (
        Check("production", Control.intrusion, gettext_lazy("Mode"), _production),
        Check("secret_key", Control.confidentiality, gettext_lazy("Signing key"), _secret_key),
        Check("secret_files", Control.confidentiality, gettext_lazy("Files with secrets"), _secret_files),
        Check("var", Control.access, gettext_lazy("Files on disk"), _var),
        Check("hosts", Control.intrusion, gettext_lazy("Host names"), _hosts),
        Check("backup", Control.backup, gettext_lazy("Backup"), _backup),
        Check("scanner", Control.malware, gettext_lazy("Virus scanner"), _scanner),
        Check("rates", Control.intrusion, gettext_lazy("Rate limits"), _rates),
        Check("proxies", Control.audit, gettext_lazy("Addresses of people"), _proxies),
        Check("packages", Control.intrusion, gettext_lazy("Packages"), _packages),
        Check("sealed", Control.personal, gettext_lazy("Personal data at rest"), _sealed),
        Check("demonstration", Control.personal, gettext_lazy("Demonstration"), _demonstration),
    )


def _production() -> Seen:
    if settings.DEBUG:
        yield bad(_("LIANXIN_DEBUG is on."), _("Unset it: error pages would show data."))
    if settings.PRODUCTION:
        yield good(_("LIANXIN_PRODUCTION is on."))
    else:
        yield bad(_("LIANXIN_PRODUCTION is off."), _("Set LIANXIN_PRODUCTION=1: HTTPS only, strict cookies, HSTS."))


def _secret_key() -> Seen:
    key = str(settings.SECRET_KEY)
    if len(key) < SHORTEST_SECRET or len(set(key)) < 10:  # noqa: PLR2004 - few different characters are no secret
        yield bad(_("the signing key is too simple."), _("Set LIANXIN_SECRET_KEY to fifty random characters."))
    elif os.environ.get("LIANXIN_SECRET_KEY"):
        yield good(_("the signing key is long and comes from the environment."))
    else:
        yield remark(
            _("the signing key lies in var/secret_key."),
            _("With several machines set LIANXIN_SECRET_KEY, the same on each."),
        )


def _loose(path: Path) -> str:
    state = path.lstat()
    if stat.S_ISLNK(state.st_mode) or not state.st_mode & _OTHERS:
        return ""
    return f"{path} ({stat.filemode(state.st_mode)})"


def _secret_files() -> Seen:
    present = [var_directory() / name for name in CLOSED_FILES if (var_directory() / name).exists()]
    loose = [text for path in present if (text := _loose(path))]
    if loose:
        yield bad(_("others may read %(names)s.") % {"names": ", ".join(loose)}, _("Run chmod 600 on them."))
    else:
        yield good(_("%(number)d files with secrets are closed to others.") % {"number": len(present)})


def _var() -> Seen:
    files = settings.MEDIA_ROOT
    loose, looked = [], 0
    for folder, _folders, found in os.walk(files):
        for name in found:
            looked += 1
            path = os.path.join(folder, name)  # noqa: PTH118 - os.walk speaks in texts
            if os.lstat(path).st_mode & 0o007:
                loose.append(path)
        if looked > _MOST_FILES:
            break
    if loose:
        yield bad(
            _("%(number)d kept files may be read by everybody on this machine, first %(path)s.")
            % {"number": len(loose), "path": loose[0]},
            _("Run chmod -R o= on var/files."),
        )
    else:
        yield good(_("%(number)d kept files are closed to others.") % {"number": looked})
    data = var_directory() / "postgres"
    if data.exists() and data.stat().st_mode & _OTHERS & ~0o050:
        yield bad(_("the folder of the database is open to others."), _("Run chmod 700 var/postgres."))


def _hosts() -> Seen:
    if "*" in settings.ALLOWED_HOSTS:
        yield bad(_("pages are served under every name."), _("Name the hosts in LIANXIN_HOSTS."))
    elif settings.PRODUCTION and "testserver" in settings.ALLOWED_HOSTS:
        yield bad(_("LIANXIN_HOSTS is not set."), _("Name the hosts in LIANXIN_HOSTS."))
    else:
        yield good(_("pages are served under %(names)s.") % {"names": ", ".join(settings.ALLOWED_HOSTS)})


def _backup() -> Seen:
    path = var_directory() / LAST_BACKUP
    if not path.exists():
        yield bad(
            _("no backup has been made from here."), _("Run `lianxin backup` every night, and keep it elsewhere.")
        )
        return
    told = json.loads(path.read_text(encoding="utf-8"))
    made = datetime.fromisoformat(told["made_at"])
    days = (datetime.now(UTC) - made).days
    sentence = _("the last backup is of %(day)s (%(folder)s).") % {"day": f"{made:%Y-%m-%d}", "folder": told["folder"]}
    remedy = _("Run `lianxin backup` every night; try a restore once a month.")
    yield good(sentence) if days < BACKUP_DAYS else bad(sentence, remedy)


def _scanner() -> Seen:
    place = scanner()
    if not place:
        off = str(settings.CLAMAV) == OFF
        sentence = _("the virus scanner is switched off.") if off else _("no virus scanner is installed.")
        remedy = _("Install ClamAV (apt-get install clamav-daemon) or name its socket in LIANXIN_CLAMAV.")
        yield bad(sentence, remedy) if off else remark(sentence, remedy)
        return
    try:
        yield good(_("handed-in files are scanned by %(version)s.") % {"version": version_of(place)})
    except ScannerAway as away:
        yield bad(
            _("the virus scanner does not answer (%(what)s); no file is taken.") % {"what": away},
            _("Start clamd and freshclam."),
        )


def _rates() -> Seen:
    if not settings.RATE_LIMITS:
        yield bad(_("rates are switched off."), _("Unset LIANXIN_RATE_LIMITS."))
        return
    count = len(list(known_rates()))
    ((refused,),) = rows("SELECT coalesce(sum(refused), 0) FROM edge_spent")
    ((logged,),) = rows("SELECT relpersistence = 'p' FROM pg_class WHERE oid = 'edge_spent'::regclass")
    yield good(
        _("%(number)d rates are in force; %(refused)d requests were refused of late.")
        % {"number": count, "refused": refused}
    )
    if logged:
        yield remark(_("the table of rates is logged, which costs disk writes."), _("Run `lianxin migrate`."))


def _proxies() -> Seen:
    trusted = [one for one in settings.TRUSTED_PROXIES if one.strip()]
    if any(one.strip().endswith("/0") for one in trusted):
        yield bad(
            _("everybody is trusted to name another address."),
            _("Name only your own proxies in LIANXIN_TRUSTED_PROXIES."),
        )
    else:
        yield good(_("forwarded addresses are believed from %(names)s.") % {"names": ", ".join(trusted) or "–"})


def _packages() -> Seen:
    faults = [*lock_faults(), *installed_faults()]
    if faults:
        yield bad(
            _("%(number)d faults: %(first)s") % {"number": len(faults), "first": "; ".join(faults[:3])},
            _("Run `make environment`, which installs just what the lock file names."),
        )
    else:
        yield good(_("every package is the one of the lock file, by version; the lock file has a hash for each."))
    yield remark(
        _("whether a package has a known weakness is not known offline."),
        _("Run `make audit` on a machine with a connection, at least once a month."),
    )


def _sealed() -> Seen:
    from lianxin.kernel.privacy import fit, keys  # noqa: PLC0415 - needs Django

    where = _("the environment") if settings.KEY_RING else str(settings.KEY_RING_FILE)
    remedy = _(
        "Put the right keys.json back, from a backup made with its keys or from where it is kept apart, before "
        "anybody works on."
    )
    if keys.is_lost():
        yield bad(_("sealed data is kept, but there is no key ring in %(where)s.") % {"where": where}, remedy)
    elif not (settings.KEY_RING or Path(where).exists()):
        yield good(_("nothing is sealed yet; the key ring is made with the first value."))
    elif shut := fit.shut_columns():
        yield bad(
            _("the key ring in %(where)s does not open what is sealed in %(columns)s.")
            % {"where": where, "columns": ", ".join(shut)},
            remedy,
        )
    else:
        yield good(
            _("identity numbers, telephones and addresses are sealed; the key ring in %(where)s opens them.")
            % {"where": where}
        )


def _demonstration() -> Seen:
    if settings.DEMONSTRATION and settings.PRODUCTION:
        yield bad(_("demonstration data is loaded in production."), _("Begin with an empty LIANXIN_VAR for real data."))
    elif settings.DEMONSTRATION:
        yield remark(_("the data is made up; pages say so."), _("Never enter real persons here."))
    else:
        yield good(_("no demonstration data is loaded."))
