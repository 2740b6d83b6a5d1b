"""Who sees the rows of the edge."""

from lianxin.kernel.db.row_security import leave_open
from lianxin.kernel.edge.models import Spent

leave_open(Spent, why="Keyed digests and counts; written before anybody is known, and they name nobody.")
