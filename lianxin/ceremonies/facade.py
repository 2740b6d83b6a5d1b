"""What other modules and channels may use of ceremonies."""

from lianxin.ceremonies.permissions import GREET, VIEW
from lianxin.ceremonies.queries.birthdays import Birthday, birthdays, medal_candidates

__all__ = ["GREET", "VIEW", "Birthday", "birthdays", "medal_candidates"]
