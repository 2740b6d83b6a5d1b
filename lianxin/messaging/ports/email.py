"""E-mail: one plain text to one address, through the SMTP server of the settings."""

import smtplib
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from lianxin.messaging.ports import NotCarried, Parcel

FIRST_FINAL = 500


def is_set_up() -> bool:
    """Whether there is an SMTP server."""
    return bool(settings.EMAIL_HOST)


def send_email(address: str, parcel: Parcel, *, delivery: UUID) -> str:
    """Send the parcel; the same delivery always has the same Message-ID, so a mailbox can tell a repetition.

    Raises:
        NotCarried: the server refuses the address for good, or cannot be reached at present.
    """
    end = _("Read it in Lianxin: %(url)s") % {"url": parcel.url}
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    _send(
        EmailMessage(
            subject=" ".join(parcel.title.split()),
            body=f"{parcel.line}\n\n{end}\n\n{_('You can choose in Lianxin which messages come by e-mail.')}\n",
            to=[address],
            headers={"Message-ID": f"<{delivery}@{host}>", "Auto-Submitted": "auto-generated"},
        )
    )
    return ""


def send_code(address: str, code: str, *, minutes: int) -> None:
    """Send the code that proves an address.

    Raises:
        NotCarried: as for `send_email`.
    """
    text = _("Your code is %(code)s. It can be used for %(minutes)d minutes. If you did not ask for it, do nothing.")
    _send(
        EmailMessage(
            subject=_("Code for your e-mail address"), body=text % {"code": code, "minutes": minutes}, to=[address]
        )
    )


def _send(mail: EmailMessage) -> None:
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _said in error.recipients.values()]
        raise NotCarried(
            f"SMTP {codes[0] if codes else ''}".strip(), is_final=all(code >= FIRST_FINAL for code in codes)
        ) from error
    except smtplib.SMTPResponseException as error:
        raise NotCarried(f"SMTP {error.smtp_code}", is_final=False) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotCarried(type(error).__name__, is_final=False) from error
