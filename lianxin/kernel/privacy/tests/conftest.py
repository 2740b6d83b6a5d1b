"""A key ring of the test's own."""

import json
from pathlib import Path
from typing import Any

import pytest

from lianxin.kernel.privacy import fit


@pytest.fixture
def ring_file(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the ring of the test lies; nothing is there yet, and nothing is sealed."""
    monkeypatch.setattr(fit, "anything_sealed", lambda: False)
    settings.KEY_RING = ""
    settings.SEAL_WITH = "aes-256-gcm"
    settings.KEY_RING_FILE = tmp_path / "keys.json"
    return settings.KEY_RING_FILE


def secrets_of(path: Path) -> list[str]:
    """Every key in the ring, as it is written there."""
    told = json.loads(path.read_text())
    return [one["key"] for keys in (told["keys"], told["lookup"]["keys"]) for one in keys.values()]
