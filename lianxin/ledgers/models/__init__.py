"""The tables of this module."""

from lianxin.ledgers.models.form import Question, Reply, ReplyFile, ReportForm
from lianxin.ledgers.models.layout import Layout, LayoutVersion

__all__ = ["Layout", "LayoutVersion", "Question", "Reply", "ReplyFile", "ReportForm"]
