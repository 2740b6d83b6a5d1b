import datetime as dt

import pytest

from lianxin.rules.consents import FOLDER, read_consents
from lianxin.rules.facade import UnknownConsent, consent_text, consent_texts

ON = dt.date(2026, 11, 22)


def test_every_text_says_the_same_things_in_both_languages():
    texts = consent_texts(ON)
    assert [one.id for one in texts] == ["bank_account", "hardship", "membership", "photo"]
    for one in texts:
        assert all((one.title.zh, one.purpose.zh, one.text.zh, one.title.en, one.purpose.en, one.text.en))
        assert one.citation
        assert one.text.en.count("\n") == one.text.zh.count("\n")


def test_the_day_chooses_the_wording():
    assert consent_texts(dt.date(2025, 12, 31)) == []
    with pytest.raises(UnknownConsent):
        consent_text("hardship", on=dt.date(2025, 12, 31))
    assert consent_text("hardship", "1").version == "1"
    with pytest.raises(UnknownConsent):
        consent_text("hardship", "9")


def test_another_word_is_another_digest(tmp_path):
    spoilt = (FOLDER / "hardship.yaml").read_text(encoding="utf-8").replace("不对外公开", "对外公开")
    (tmp_path / "hardship.yaml").write_text(spoilt, encoding="utf-8")
    (other,) = read_consents(tmp_path)["hardship"]
    assert other.digest != consent_text("hardship").digest


# The digest of a published version never changes: consents given are bound to it. Add a version instead.
PUBLISHED = {
    ("bank_account", "1"): "163bf943703fb56dfc16df04783e357cecea8e030442869c65e4fa32e952cb24",
    ("hardship", "1"): "a7598b23254dad244bd703e8d176797a25e05f311d823feb5a1df91452214ad7",
    ("membership", "1"): "fe23901894e063c1e3211de1370d5a57295029153579942e1beb1c9f520c274d",
    ("photo", "1"): "5aa465a75fcc1345b4b93d769e7bbb11da715c929ee46009f3d6872709c41874",
}


def test_published_wordings_are_never_edited():
    assert {(one.id, one.version): one.digest for one in consent_texts(ON)} == PUBLISHED
