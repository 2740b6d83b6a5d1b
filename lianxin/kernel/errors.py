"""What an act can answer instead of happening. Doors turn these into pages, form errors or problem documents."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise

Sentence = str | Promise


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """An act was not done. `sentence` tells the person why and how to mend it."""

    status = 409

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class NotVisible(Refusal):
    """The thing does not exist or lies outside the actor's organisations; the two look alike on purpose (404)."""

    status = 404


class NotPermitted(Refusal):
    """The actor sees the thing but may not do this with it (403)."""

    status = 403


class Conflict(Refusal):
    """The thing changed since the actor saw it, or its state does not allow the act (409)."""


class Changed(Conflict):
    """Somebody else changed the thing since the actor read the version they named (409; 412 for programs)."""


class InvalidInput(Refusal):
    """Facts given to an act are wrong. `fields` says which one and why; key "" is the act as a whole (422)."""

    status = 422

    def __init__(self, fields: Mapping[str, Sequence[Sentence] | Sentence]) -> None:
        self.fields: dict[str, list[Sentence]] = {
            name: [said] if isinstance(said, str | Promise) else list(said) for name, said in fields.items()
        }
        super().__init__(next(iter(self.fields.values()))[0])
