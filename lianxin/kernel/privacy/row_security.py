"""Who sees the rows of a rotation."""

from lianxin.kernel.db.row_security import leave_open
from lianxin.kernel.privacy.models import Rotation, RotationStep

leave_open(Rotation, RotationStep, why="Numbers of keys and of rows; they speak of no organisation and no person.")
