"""Who sees the rows of duties: whoever holds a permission on duties at their place. The product alone writes them."""

from lianxin.duties.models import Act, Count, DutyRow, Feed
from lianxin.kernel.db.row_security import guard, own_account, reach

for model in (DutyRow, Act, Count):
    guard(model, sees=reach("organisation_path", "duties"), changes="false")
guard(Feed, sees=own_account("account_id"), changes=own_account("account_id"))
