"""What this module keeps of people: the contact of an organisation, and who holds which role."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.processing import Processing
from lianxin.organisations.permissions import VIEW

PROCESSING = (
    Processing(
        "organisations.contacts",
        _("Contacts and roles of organisations"),
        _("contacts and staff of organisations"),
        _("Reaching an organisation, and giving staff the roles they work with"),
        (("BRANCH", ""), ("PIPL", "13")),
        lambda: [
            _("contact person and telephone"),
            _("roles, with who gave them and why"),
            _("who set or ended local values of rules"),
        ],
        (VIEW,),
        ("kernel.events",),
        _("Nobody outside the Party organisation above the branch."),
        sealed=("organisations.Organisation.phone",),
    ),
)
