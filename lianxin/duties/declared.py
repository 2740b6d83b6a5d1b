"""Which duties there are: declared by modules, each with its rule, whom it concerns and what meets it."""

from collections.abc import Callable
from dataclasses import dataclass

from lianxin.kernel.errors import Sentence
from lianxin.rules.facade import OrganisationFacts

Applies = Callable[[OrganisationFacts], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something organisations have to do again and again.

    `rule` is a rule of months that divides the year into periods. `met_by` are kinds of events, and an event meets the
    duty if its `data["meets"]` names one of `kinds` (else the key itself). `undone_by` take back an act with the same
    subject. `start` and `offline` are names of addresses to plan it, or to report that it was held; both are called
    with ?kind=…&organisation=…&since=…&until=…, the days of the period. `needs` is the permission both ask for.
    """

    key: str
    label: Sentence
    rule: str
    applies: Applies
    met_by: frozenset[str]
    undone_by: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    start: str = ""
    offline: str = ""
    needs: str = ""
    icon: str = "calendar-event"

    @property
    def met_as(self) -> frozenset[str]:
        """What an act must be to meet it."""
        return self.kinds or frozenset({self.key})


_duties: dict[str, Duty] = {}


def declare_duty(duty: Duty) -> None:
    """Make a duty known; called by each module's apps.py.

    Raises:
        ValueError: the key is declared twice.
    """
    if _duties.get(duty.key, duty) is not duty:
        raise ValueError(f"The duty {duty.key} is declared twice.")
    _duties[duty.key] = duty


def all_duties() -> list[Duty]:
    """Every declared duty, in the order of declaration."""
    return list(_duties.values())


def duty_named(key: str) -> Duty | None:
    """The declared duty of that key; None for one that is declared no more."""
    return _duties.get(key)


def label_of(key: str) -> Sentence:
    """The duty in words; the key itself where it is declared no more."""
    duty = _duties.get(key)
    return duty.label if duty is not None else key


def met_by_kinds() -> frozenset[str]:
    """Kinds of events by which duties are met."""
    return frozenset(kind for duty in _duties.values() for kind in duty.met_by)


def undone_by_kinds() -> frozenset[str]:
    """Kinds of events by which acts are taken back."""
    return frozenset(kind for duty in _duties.values() for kind in duty.undone_by)
