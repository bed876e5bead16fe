"""Sending one claimed notice by the transport that settings name."""

from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from notices.models import Notice
from portal.lib.errors import Final, Retryable


def send(notice: Notice) -> None:
    """Mail one notice. The Message-ID is made of the key: the same notice sent twice
    (a worker died after the server said yes) is one mail to most readers' programs.

    Raises Retryable when the server is away, Final for an address it refuses.
    """
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
    try:
        message.send()
    except OSError as error:
        # smtplib's errors are OSErrors too; those with a 5xx code are for good.
        code = getattr(error, "smtp_code", 0)
        if 500 <= int(code or 0) < 600:
            raise Final(f"Máy chủ thư từ chối ({code}).") from error
        raise Retryable(f"Máy chủ thư không nhận ({type(error).__name__}).") from error
