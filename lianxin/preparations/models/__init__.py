"""What preparations keep."""

from lianxin.preparations.models.preparation import (
    Criticism,
    Examination,
    ExaminationText,
    Opinion,
    Preparation,
    Reader,
    Study,
)
from lianxin.preparations.models.rectification import Rectification
from lianxin.preparations.models.talk import Talk, TalkNote, TalkYear

__all__ = [
    "Criticism",
    "Examination",
    "ExaminationText",
    "Opinion",
    "Preparation",
    "Reader",
    "Rectification",
    "Study",
    "Talk",
    "TalkNote",
    "TalkYear",
]
