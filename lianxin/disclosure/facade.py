"""What other modules and channels may use before something becomes public."""

from lianxin.disclosure.actions.handing_in import check_attachment, check_text, text_content
from lianxin.disclosure.actions.overriding import approve_override, ask_override, decline_override, withdraw_override
from lianxin.disclosure.models import Check, Override
from lianxin.disclosure.permissions import ASK, DECIDE, RUN, VIEW
from lianxin.disclosure.queries.checks import overrides_to_decide
from lianxin.disclosure.queries.gate import Clearance, NotClear, require_clear

__all__ = [
    "ASK",
    "DECIDE",
    "RUN",
    "VIEW",
    "Check",
    "Clearance",
    "NotClear",
    "Override",
    "approve_override",
    "ask_override",
    "check_attachment",
    "check_text",
    "decline_override",
    "overrides_to_decide",
    "require_clear",
    "text_content",
    "withdraw_override",
]
