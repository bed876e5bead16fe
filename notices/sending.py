"""Sending one claimed notice by the transport that settings name."""

import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from notices.models import Notice
from portal.lib.errors import Final, Retryable


def send(notice: Notice) -> None:
    """Mail one notice. The Message-ID is made of the key: the same notice sent twice
    (a worker died after the server said yes) is one mail to most readers' programs.

    Raises Final for what the server refuses about this mail, Retryable when the server is
    away or refuses us: a wrong password in the settings must not end every waiting mail.
    """
    message = _message(notice)
    try:
        message.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        code = _code(error)
        if 500 <= code < 600:
            raise Final(f"Máy chủ thư từ chối ({code}).") from error
        raise Retryable(f"Máy chủ thư hẹn lại ({code}).") from error
    except OSError as error:  # smtplib's other errors too
        raise Retryable(f"Máy chủ thư không nhận ({type(error).__name__}).") from error
    except ValueError as error:  # Django: a line break, or no address at all
        raise Final("Địa chỉ hoặc tiêu đề thư không gửi được.") from error


def _message(notice: Notice) -> EmailMultiAlternatives:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    message = EmailMultiAlternatives(
        subject=" ".join(notice.subject.split()),
        body=notice.body,
        to=[notice.to_address],
        headers={"Message-ID": f"<{notice.key.replace('/', '.')}@{domain}>"},
        connection=get_connection(settings.MAIL_TRANSPORT),
    )
    if notice.html:
        message.attach_alternative(notice.html, "text/html")
    return message


def _code(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> int:
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code
    return max((code for code, _ in error.recipients.values()), default=0)
