"""The event log: types, writing, reading."""

from lianxin.kernel.events.types import EventType, event_type

__all__ = ["EventType", "event_type"]
