"""The way from an activity to the kit for a hall without network."""

from django.urls import reverse

from lianxin.activities.models import Activity
from lianxin.activities.queries.hall import may_take_kit
from lianxin.kernel.authz import Actor


def on_activity(actor: Actor, *, activity: Activity) -> dict[str, object] | None:
    """The button, for who records who comes, while the activity is announced. No query."""
    if activity.state != Activity.State.ANNOUNCED or not may_take_kit(actor, activity):
        return None
    return {"url": reverse("own_activities:hall_kit", args=[activity.pk])}
