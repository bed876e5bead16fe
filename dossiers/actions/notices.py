"""The words of each notice a move sends; the move names the template."""

from django.template.loader import render_to_string
from django.urls import reverse

from dossiers.models import Dossier, Event
from notices import actions as notices

SUBJECTS = {
    "submitted": "Đã nhận hồ sơ {code} trên hệ thống",
    "accepted": "Hồ sơ {code} đã được tiếp nhận",
    "refused": "Hồ sơ {code} không được tiếp nhận",
    "additions": "Hồ sơ {code} cần bổ sung",
    "additions_complete": "Hồ sơ {code} đã đủ giấy tờ bổ sung",
    "withdrawal_asked": "Đã nhận yêu cầu rút hồ sơ {code}",
    "withdrawal_declined": "Cơ quan không đồng ý cho rút hồ sơ {code}",
    "withdrawn": "Hồ sơ {code} đã được rút theo yêu cầu",
    "result": "Hồ sơ {code} đã có kết quả",
    "returned": "Hồ sơ {code} đã trả kết quả",
}


def tell(dossier: Dossier, notice: str, *, event: Event) -> None:
    """Queue the notice of a move to the submitter, in the caller's transaction.

    Mail carries the code and what to do, no personal data beyond the name.
    """
    link = reverse("dossier", args=[dossier.public_id])
    context = {
        "dossier": dossier,
        "event": event,
        "procedure_name": dossier.version.name,
        "url": notices.absolute(link),
    }
    person = dossier.submitter
    notices.queue(
        key=f"{dossier.public_id}/{event.seq}/{notice}",
        kind=notice,
        subject=SUBJECTS[notice].format(code=dossier.code),
        body=render_to_string(f"notices/email/{notice}.txt", context).strip(),
        at=event.at,
        user=person,
        to_address=dossier.owner_email or person.email or "",
        link=link,
    )
