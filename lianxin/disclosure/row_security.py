"""Who sees checks and the decisions on them: whoever holds a permission on them at their place."""

from lianxin.disclosure.models import Check, Override
from lianxin.kernel.db.row_security import changeable, guard, reach

for model in (Check, Override):
    guard(
        model,
        sees=reach("organisation_path", "disclosure"),
        changes=changeable("organisation_path", "disclosure"),
    )
