"""Kinds of messages: each module declares its own in its messages.py, with the words the preferences screen shows."""

from dataclasses import dataclass

from lianxin.kernel.errors import Sentence


@dataclass(frozen=True, slots=True)
class MessageKind:
    """A kind of message. `key` is what is stored (`activities.invited`); `label` completes "tell me of …".

    `urgent`: it does not wait for the end of quiet hours or for a digest. Keep it for what cannot wait until morning.
    """

    key: str
    label: Sentence
    urgent: bool = False


_kinds: dict[str, MessageKind] = {}


def message_kind(key: str, label: Sentence, *, urgent: bool = False) -> MessageKind:
    """Declare a kind of message.

    Raises:
        ValueError: the kind is declared twice.
    """
    if key in _kinds:
        raise ValueError(f"The kind of message {key} is declared twice.")
    _kinds[key] = MessageKind(key, label, urgent)
    return _kinds[key]


def kind_of(key: str) -> MessageKind:
    """The declared kind; one no longer declared shows its bare key rather than hiding the message."""
    return _kinds.get(key) or MessageKind(key, key)


def all_kinds() -> list[MessageKind]:
    """Every declared kind, by key."""
    return [_kinds[key] for key in sorted(_kinds)]
