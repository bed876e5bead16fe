"""The result: recorded by the leader or clerk, handed over at the desk, online or by post."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User
from dossiers import policies
from dossiers.actions.errors import DossierError, MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.moves import append_event, apply_move
from dossiers.models import Dossier, Event, Result, ReturnMethod
from dossiers.workflow import MOVES, Actor
from portal.lib import files


def record_result(
    dossier: Dossier,
    *,
    upload: Any,
    title: str,
    number: str,
    signer: str,
    issued_on: date,
    by: User,
    at: datetime,
    revision: int | None = None,
) -> Event:
    """T23: the signed PDF and its particulars; the clock stops. FileRefused on a bad file."""
    move = MOVES["finish"]
    if refusal := policies.refusal(by, dossier, move):
        raise MoveRefused(refusal)
    checked = files.check_upload(
        upload, kinds=frozenset({"pdf"}), max_bytes=settings.UPLOAD_LIMITS["max_bytes"]
    )
    stored = files.store_file(upload, "results")
    with transaction.atomic():
        locked = lock(dossier, revision=revision)
        if refusal := policies.refusal(by, locked, move):
            raise MoveRefused(refusal)
        result = Result.objects.create(
            dossier=locked,
            result_type=locked.version.result_types.first(),
            title=title,
            number=number,
            signer=signer,
            issued_on=issued_on,
            filename=files.clean_name(upload.name),
            stored_name=stored,
            mime=checked.mime,
            size=checked.size,
            sha256=checked.sha256,
            recorded_by=by,
            recorded_at=at,
        )
        data = {"number": number, "sha256": result.sha256}
        return apply_move(locked, move, by=by, at=at, note=title, data=data)


@transaction.atomic
def return_result(
    dossier: Dossier,
    *,
    by: User | None,
    at: datetime,
    recipient: str = "",
    note: str = "",
    revision: int | None = None,
) -> Event:
    """T24: handed over at the desk (with who took it), released online, or delivered by
    the post (`by=None`)."""
    locked = lock(dossier, revision=revision)
    move = MOVES["return_result"]
    if refusal := policies.refusal(by, locked, move):
        raise MoveRefused(refusal)
    _refuse_hand_over(locked, by, recipient)
    data = {"method": locked.return_method, "recipient": recipient}
    return apply_move(locked, move, by=by, at=at, note=note, data=data)


def _refuse_hand_over(dossier: Dossier, by: User | None, recipient: str) -> None:
    """Paper goes from the desk to a named person; a clerk only releases what is electronic."""
    online = dossier.return_method == ReturnMethod.ONLINE
    if by is None or (online and policies.plays(by, dossier, Actor.CLERK)):
        return
    if not policies.plays(by, dossier, Actor.RECEPTION):
        raise MoveRefused("Văn thư chỉ phát hành bản điện tử; bản giấy do bộ phận một cửa trả.")
    if not recipient.strip():
        raise DossierError("Hãy ghi họ tên người nhận kết quả.")


@transaction.atomic
def record_payment(
    dossier: Dossier, *, amount: int, reference: str, by: User | None, at: datetime
) -> Dossier:
    """Money received for the dossier, in đồng; `reference` is the receipt or gateway number.

    The same reference twice counts once; `by=None` is a gateway or the post. Raises
    MoveRefused for who may not take money, DossierError for a sum that is not due.
    """
    locked = lock(dossier)
    known = locked.events.filter(move="payment", data__reference=reference).first()
    if known is not None:
        if known.data["amount"] != amount:
            raise DossierError(f"Số biên lai {reference} đã được ghi nhận với số tiền khác.")
        return locked
    if by is not None and (refusal := policies.take_payment(by, locked)):
        raise MoveRefused(refusal)
    due = locked.fee_total - locked.fee_paid
    if not 0 < amount <= due:
        raise DossierError(f"Số tiền phải từ 1 đến {due:,} đồng.".replace(",", "."))
    locked.fee_paid += amount
    append_event(locked, "payment", by=by, at=at, data={"amount": amount, "reference": reference})
    locked.save()
    return locked


@transaction.atomic
def assess_fees(
    dossier: Dossier, *, at_reception: int, at_return: int, reason: str, by: User, at: datetime
) -> Dossier:
    """Which fees apply, in đồng: the kind out of several, the number of copies, an exemption.

    `reason` is a sentence and stands in the history. Raises MoveRefused for who may not,
    DossierError when it falls below what was paid already.
    """
    locked = lock(dossier)
    if refusal := policies.assess_fees(by, locked):
        raise MoveRefused(refusal)
    if min(at_reception, at_return) < 0:
        raise DossierError("Số tiền không được âm.")
    if at_reception + at_return < locked.fee_paid:
        raise DossierError("Số tiền phải thu thấp hơn số đã thu; hãy liên hệ bộ phận kế toán.")
    if len(reason.split()) < 2:
        raise DossierError("Hãy ghi rõ căn cứ: loại áp dụng, số lượng hoặc lý do miễn, giảm.")
    locked.fee_at_reception, locked.fee_at_return = at_reception, at_return
    locked.fees_assessed = True
    data = {"at_reception": at_reception, "at_return": at_return}
    append_event(locked, "fees", by=by, at=at, note=reason, data=data)
    locked.revision += 1
    locked.save()
    return locked
