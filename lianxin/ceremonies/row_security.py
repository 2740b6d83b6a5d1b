"""Who sees the rows of ceremonies: whoever answers for members at their place, and the member."""

from lianxin.ceremonies.models import Anniversary, Greeting, OathText
from lianxin.kernel.db.row_security import changeable, either, guard, leave_open, own_member, reach

guard(
    Anniversary,
    sees=either(reach("organisation_path", "ceremonies.birthday"), own_member("member_id")),
    changes="false",  # a trigger writes them, in the owner's name
)
guard(
    Greeting,  # not "ceremonies" as a whole: whoever may only load the oath reads no greetings
    sees=either(reach("organisation_path", "ceremonies.birthday"), own_member("member_id")),
    changes=changeable("organisation_path", "ceremonies.greeting"),
)
leave_open(OathText, why="A published text that is the same for everybody; who may load it is the action's check.")
