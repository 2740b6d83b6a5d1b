"""What is recorded of keys. Numbers and algorithms only: nothing a key could be told from."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.events.types import event_type

KEY_ADDED = event_type("privacy.key_added", _("added a key to the key ring"))
ROTATION_BEGUN = event_type("privacy.rotation_begun", _("began to rotate keys"))
ROTATION_FINISHED = event_type("privacy.rotation_finished", _("finished rotating keys"))
KEY_RETIRED = event_type("privacy.key_retired", _("retired a key"))
RING = UUID("00000000-0000-7000-8000-000000000002")
"""The key ring as the subject of an event."""
