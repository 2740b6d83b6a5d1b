"""Lists never decrypt: pages, searches and exports without clear columns are served from masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from lianxin.files.models import Export
from lianxin.kernel.privacy.sealed import Sealed
from lianxin.members.tests.conftest import enter, id_number, reed_member, wang, zhang  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from tests.cast import Cast


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every value that is opened from now on, by its kind."""
    kinds: list[str] = []
    open_value = Sealed._open

    def counted(self: Sealed) -> bytes:
        kinds.append(self._kind)
        return open_value(self)

    monkeypatch.setattr(Sealed, "_open", counted)
    return kinds


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("members:roster", ""),
        ("members:roster", "?q=王"),
        ("members:roster", "?q=wjg"),
        ("members:roster", f"?q={id_number()}"),
        ("members:roster", "?q=12000000001"),
        ("members:roster", "?q=0001"),
        ("members:suggest", "?q=王"),
        ("members:duplicates", ""),
        ("organisations:tree", ""),
        ("workbench:home", ""),
        ("workbench:search", "?q=王建国"),
        ("members:corrections", ""),
        ("files:imports", ""),
    ],
)
def test_a_list_opens_nothing(
    cast: Cast,
    wang: Any,  # noqa: F811 - the fixture
    zhang: Any,  # noqa: F811 - the fixture
    opened: list[str],
    name: str,
    query: str,
) -> None:
    opened.clear()
    answer = cast.client("clerk").get(reverse(name) + query)
    assert answer.status_code == 200
    assert opened == []


def test_an_export_without_clear_columns_opens_nothing_but_its_own_words(
    cast: Cast,
    wang: Any,  # noqa: F811 - the fixture
    opened: list[str],
) -> None:
    client = cast.client("clerk")
    opened.clear()
    client.post(reverse("files:export_new", args=["members"]), {"format": "csv", "layout": "screen"})
    export = Export.objects.get()
    answer = client.get(reverse("files:export_file", args=[export.pk]))
    assert "王建国".encode() in b"".join(answer.streaming_content)
    assert opened == []


def test_the_count_sees_a_reveal(cast: Cast, wang: Any, opened: list[str]) -> None:  # noqa: F811 - the fixture
    opened.clear()
    cast.client("secretary").post(reverse("members:reveal", args=[wang.id, "mobile"]), {"reason": "通知开会"})
    assert opened == ["phone"]
