"""A key ring of the test's own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def ring_file(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Where the ring of the test lies; nothing is there yet."""
    settings.KEY_RING = ""
    settings.SEAL_WITH = "aes-256-gcm"
    settings.KEY_RING_FILE = tmp_path / "keys.json"
    return settings.KEY_RING_FILE


def secrets_of(path: Path) -> list[str]:
    """Every key in the ring, as it is written there."""
    told = json.loads(path.read_text())
    return [one["key"] for keys in (told["keys"], told["lookup"]["keys"]) for one in keys.values()]
