"""The import contracts hold, and each is shown to fail on a planted violation."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]

CONTRACTS = {
    "layers": """
        [[tool.importlinter.contracts]]
        name = "Arrows point down"
        type = "layers"
        containers = ["house"]
        exhaustive = true
        layers = ["members", "organisations", "kernel"]
    """,
    "facade": """
        [[tool.importlinter.contracts]]
        name = "Facades"
        type = "facade"
        modules = ["house.organisations"]
    """,
}
SOUND = {
    "kernel/__init__.py": "",
    "organisations/__init__.py": "",
    "organisations/models.py": "import house.kernel",
    "organisations/facade.py": "from house.organisations import models",
    "members/__init__.py": "from house.organisations import facade",
}
PLANTED = {
    "an arrow that points up": ("layers", {"kernel/time.py": "import house.members"}),
    "a module that nobody placed": ("layers", {"dues/__init__.py": ""}),
    "an import through a wall": ("facade", {"members/models.py": "from house.organisations.models import *"}),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": f"{folder}:{PROJECT}"}, capture_output=True, text=True, check=False
    )


def build(folder: Path, contract: str, files: dict[str, str]) -> None:
    kind = "facade: tests.architecture.facade_contract.FacadeContract"
    head = f'[tool.importlinter]\nroot_package = "house"\ncontract_types = ["{kind}"]\n'
    (folder / "pyproject.toml").write_text(head + textwrap.dedent(CONTRACTS[contract]))
    for name, content in {"__init__.py": "", **SOUND, **files}.items():
        path = folder / "house" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def test_the_house_keeps_its_contracts() -> None:
    result = lint(PROJECT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_sound_house_passes(tmp_path: Path, contract: str) -> None:
    build(tmp_path, contract, {})
    result = lint(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("violation", PLANTED)
def test_a_planted_violation_is_found(tmp_path: Path, violation: str) -> None:
    contract, files = PLANTED[violation]
    build(tmp_path, contract, files)
    result = lint(tmp_path)
    assert result.returncode != 0
    assert "broken" in (result.stdout + result.stderr).lower() or "not" in (result.stdout + result.stderr).lower()
