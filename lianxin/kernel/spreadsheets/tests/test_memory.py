import pytest

from lianxin.kernel.spreadsheets.tests.measure import measured

# Memory is the bound here, because seconds depend on the machine.


def test_a_countys_roster_stays_small(tmp_path):
    path = tmp_path / "county.xlsx"
    assert measured("write", path, 2_000)[1] < 120
    assert measured("read", path, 2_000)[1] < 120


@pytest.mark.slow
def test_a_citys_roster_of_400_000_rows_stays_under_300_megabytes(tmp_path):
    path = tmp_path / "city.xlsx"
    assert measured("write", path, 400_000)[1] < 300
    assert measured("read", path, 400_000)[1] < 300
