"""Who sees the rows of messaging: whoever a message is for, and whoever answers for messages where it is from."""

from lianxin.kernel.db.row_security import (
    changeable,
    either,
    guard,
    own_account,
    own_member,
    reach,
    window,
    with_parent,
)
from lianxin.messaging.models import Delivery, Message, Notice, NoticeTarget, Preference, PushSubscription, Recipient

window(
    "messaging_is_for_actor(wanted uuid)",
    returns="boolean",
    # A recipient's row asks for its message's, so the message's own policy must not ask back through policies.
    body="SELECT EXISTS (SELECT 1 FROM messaging_recipient r WHERE r.message_id = wanted"
    " AND (r.account_id = kernel_account() OR r.member_id = kernel_member()))",
)

THERE = changeable("p.organisation_path", "messaging.")

guard(
    Message,
    sees=either(
        reach("organisation_path", "messaging"),
        own_account("sender_id"),
        "messaging_is_for_actor(messaging_message.id)",
    ),
    changes=either(changeable("organisation_path", "messaging."), own_account("sender_id")),
)
guard(
    Recipient,
    sees=either(
        own_account("account_id"),
        own_member("member_id"),
        # Of the others a message is for, and of whether they read it, its readers see nothing.
        with_parent(
            "messaging_recipient.message_id",
            Message,
            either(reach("p.organisation_path", "messaging"), own_account("p.sender_id")),
        ),
    ),
    adds=with_parent("messaging_recipient.message_id", Message, THERE),
    changes=either(
        own_account("account_id"),
        own_member("member_id"),
        with_parent("messaging_recipient.message_id", Message, THERE),
    ),
)
guard(
    Delivery,
    sees=either(own_account("account_id"), with_parent("messaging_delivery.recipient_id", Recipient)),
    changes=own_account("account_id"),  # else the product's jobs
)
guard(Preference, sees=own_account("account_id"), changes=own_account("account_id"))
guard(PushSubscription, sees=own_account("account_id"), changes=own_account("account_id"))
guard(
    Notice,
    # A draft is for those who write it.
    sees=either(
        f"state <> 'draft' AND {reach('organisation_path', 'messaging.notice')}",
        changeable("organisation_path", "messaging."),
    ),
    changes=changeable("organisation_path", "messaging."),
)
guard(
    NoticeTarget,
    sees=either(
        reach("organisation_path", "messaging.notice"),
        with_parent("messaging_notice_target.notice_id", Notice),
    ),
    changes=with_parent("messaging_notice_target.notice_id", Notice, THERE),
)
