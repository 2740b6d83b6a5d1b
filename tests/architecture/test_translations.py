"""Every string that screens can show has a Chinese translation (decision 16): missing ones fail here."""

import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.utils.translation import trans_real

PROJECT = Path(__file__).resolve().parents[2]
NOT_SHOWN = shutil.ignore_patterns("locale", "tests", "migrations", "*.mo", "__pycache__", "*.csv", "*.gz")
EXTRACT = (
    "import django; from django.conf import settings; settings.configure(USE_I18N=True); django.setup();"
    "from django.core.management import call_command;"
    "call_command('makemessages', locale=['zh_Hans'], extensions=['py', 'html', 'txt'], verbosity=0)"
)


def extracted(folder: Path) -> list[polib.POEntry]:
    """The strings GNU gettext finds in the sources of a folder."""
    (folder / "locale").mkdir()
    done = subprocess.run([sys.executable, "-c", EXTRACT], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return list(polib.pofile(str(folder / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"), encoding="utf-8"))


def untranslated(entries: list[polib.POEntry]) -> list[str]:
    """Those of the entries that the compiled Chinese catalogues lack."""
    catalogue = trans_real.translation("zh-hans")._catalog
    missing = []
    for entry in entries:
        key = f"{entry.msgctxt}\x04{entry.msgid}" if entry.msgctxt else entry.msgid
        if key not in catalogue and (key, 0) not in catalogue:
            missing.append(f"{entry.occurrences[0][0]}: {entry.msgid}")
    return missing


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="needs GNU gettext (apt-get install gettext)")
def test_no_string_lacks_its_translation(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "lianxin", tmp_path / "lianxin", ignore=NOT_SHOWN)
    assert untranslated(extracted(tmp_path)) == []


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="needs GNU gettext (apt-get install gettext)")
def test_a_planted_string_is_found(tmp_path: Path) -> None:
    (tmp_path / "view.py").write_text(
        'from django.utils.translation import gettext as _\n_("Nobody translated this.")\n'
    )
    (tmp_path / "page.html").write_text('{% load i18n %}{% translate "Nor this." %}{% translate "Save" %}')
    assert sorted(untranslated(extracted(tmp_path))) == [
        "page.html: Nor this.",
        "view.py: Nobody translated this.",
    ]


def test_a_string_has_one_translation_in_all_modules() -> None:
    """Catalogues become one: of two translations the order of modules would choose. Homonyms need a context."""
    found: dict[tuple[str | None, str], dict[str, set[str]]] = {}
    for path in sorted((PROJECT / "lianxin").rglob("locale/zh_Hans/LC_MESSAGES/django.po")):
        module = str(path.relative_to(PROJECT).parents[3])
        for entry in polib.pofile(str(path), encoding="utf-8"):
            said = entry.msgstr or entry.msgstr_plural.get(0, "")
            found.setdefault((entry.msgctxt, entry.msgid), {}).setdefault(said, set()).add(module)
    assert {key: said for key, said in found.items() if len(said) > 1} == {}
