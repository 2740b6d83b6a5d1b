"""What was looked at, for which control of the protection scheme, and what was seen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from lianxin.cli.findings import Finding, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Control(Enum):
    """Controls by the names GB/T 22239-2019 gives them (安全计算环境), which are Chinese in every language."""

    identity = "身份鉴别"
    access = "访问控制"
    audit = "安全审计"
    intrusion = "入侵防范"
    malware = "恶意代码防范"
    integrity = "数据完整性"
    confidentiality = "数据保密性"
    backup = "数据备份恢复"
    residue = "剩余信息保护"
    personal = "个人信息保护"


NAMES = {State.good: _("in order"), State.remark: _("remark"), State.bad: _("to be mended")}


@dataclass(frozen=True, slots=True)
class Evidence(Finding):
    """A finding with the control it belongs to and a name that stays the same between versions."""

    control: Control = Control.access
    code: str = ""

    def as_data(self) -> dict[str, Any]:
        """For `--json`."""
        return {**asdict(self), "state": self.state.name, "control": self.control.value}


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its name, its control, what it is called, and the looking itself."""

    code: str
    control: Control
    subject: Any
    look: Callable[[], Iterator[tuple[State, str, str]]]

    def evidence(self) -> Iterator[Evidence]:
        """Look; a check that breaks is a finding itself: what cannot be seen is no evidence."""
        try:
            for state, sentence, remedy in self.look():
                yield Evidence(str(self.subject), state, sentence, remedy, self.control, self.code)
        except Exception as error:  # noqa: BLE001 - the other checks go on
            first = (str(error).strip().splitlines() or [""])[0]
            said = str(_("could not be looked at (%(what)s).")) % {"what": f"{type(error).__name__}: {first}"[:200]}
            yield Evidence(str(self.subject), State.bad, said, "", self.control, self.code)


def good(sentence: str) -> tuple[State, str, str]:
    """In order."""
    return State.good, sentence, ""


def remark(sentence: str, remedy: str = "") -> tuple[State, str, str]:
    """Worth a remark."""
    return State.remark, sentence, remedy


def bad(sentence: str, remedy: str) -> tuple[State, str, str]:
    """To be mended."""
    return State.bad, sentence, remedy
