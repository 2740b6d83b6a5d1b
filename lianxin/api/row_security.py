"""Who sees tokens and kept answers: the account they act for."""

from lianxin.api.models import KeptAnswer, Token
from lianxin.kernel.db.row_security import guard, own_account, with_parent

guard(Token, sees=own_account("account_id"), changes=own_account("account_id"))
guard(
    KeptAnswer,
    sees=with_parent("api_kept_answer.token_id", Token),
    changes=with_parent("api_kept_answer.token_id", Token),
)
