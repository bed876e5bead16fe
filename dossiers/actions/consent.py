"""An officer files for a citizen who lets them: by a one-time code, or by a signed slip.

The citizen stays the submitter and gets the receipt; the officer is `assisted_by`.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.desk import desk_of
from accounts.models import User
from accounts.roles import Role
from dossiers.actions.drafts import start_draft
from dossiers.actions.errors import MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.papers import record_paper
from dossiers.actions.places import CONSENT_PLACE, KINDS
from dossiers.models import Consent, ConsentMethod, Dossier
from dossiers.models.consent import CODE_LASTS, CODE_TRIES
from notices import actions as notices
from portal.lib import files
from portal.lib.limits import hit
from procedures import levels
from procedures.models import Service

CODES_AN_HOUR = 5
USED_UP = "Lần đồng ý này không còn dùng được. Hãy hỏi ý kiến người dân lần nữa."


def ask_consent(*, service: Service, citizen: User, by: User, at: datetime) -> Consent:
    """Begin to ask; nothing of the citizen's is shown yet. MoveRefused for officers of other
    desks and for oneself."""
    if not desk_of(by).plays(Role.RECEPTION, service.receiving_agency_id):
        raise MoveRefused("Chỉ cán bộ tiếp nhận của cơ quan nhận hồ sơ nộp giúp được.")
    if citizen.pk == by.pk:
        raise MoveRefused("Hồ sơ của chính bạn thì nộp ở trang công dân.")
    levels.require_filing(service.level)
    return Consent.objects.create(
        citizen=citizen, officer=by, agency=service.receiving_agency, service=service, asked_at=at
    )


def send_code(consent: Consent, *, by: User, at: datetime) -> Consent:
    """A fresh code to the citizen; the one before is worth nothing any more."""
    hour = timedelta(hours=1)
    if not hit("consent", str(consent.citizen_id), limit=CODES_AN_HOUR, period=hour).allowed:
        raise MoveRefused(
            f"Đã gửi {CODES_AN_HOUR} mã trong một giờ. Hãy đợi hoặc dùng phiếu đồng ý có chữ ký."
        )
    with transaction.atomic():
        locked = _locked(consent, by)
        if locked.given_at:
            raise MoveRefused("Người dân đã đồng ý rồi.")
        code = f"{secrets.randbelow(10**6):06d}"
        locked.code_hash, locked.code_sent_at, locked.tries = _hash(locked, code), at, 0
        locked.save(update_fields=["code_hash", "code_sent_at", "tries"])
        _tell(locked, code, at)
    return locked


def _tell(consent: Consent, code: str, at: datetime) -> None:
    citizen = consent.citizen
    minutes = int(CODE_LASTS.total_seconds() // 60)
    context = {"consent": consent, "code": code, "minutes": minutes}
    notices.queue(
        key=f"consent-{consent.public_id}-{at.timestamp():.6f}",
        kind="consent",
        subject="Mã đồng ý cho cán bộ nộp giúp hồ sơ",
        body=render_to_string("notices/email/consent.txt", context).strip(),
        at=at,
        user=citizen,
        to_address=citizen.email or "",
        listed=not citizen.email,
    )


def give_by_code(consent: Consent, *, code: str, by: User, at: datetime) -> Dossier:
    """The citizen read the code to the officer; the draft. Each look at a code counts, also the
    wrong one, whatever becomes of the request."""
    with transaction.atomic():
        locked = _locked(consent, by)
        if locked.given_at:
            return _draft_of(locked)
        if not locked.code_open(at):
            raise MoveRefused("Mã đã hết hạn hoặc nhập sai quá 5 lần. Hãy gửi mã mới.")
        locked.tries += 1
        locked.save(update_fields=["tries"])
        right = constant_time_compare(locked.code_hash, _hash(locked, code.strip()))
    if not right:
        left = CODE_TRIES - locked.tries
        raise MoveRefused(f"Mã chưa đúng. Còn {left} lần nhập.")
    with transaction.atomic():
        return _begin(_locked(consent, by), ConsentMethod.CODE, by, at)


def give_by_slip(consent: Consent, *, upload: Any, by: User, at: datetime) -> Dossier:
    """The citizen signed; the scan is the first paper of the draft. Raises files.FileRefused."""
    checked = files.check_upload(upload, kinds=KINDS, max_bytes=settings.UPLOAD_LIMITS["max_bytes"])
    stored = files.store_file(upload, "papers")
    with transaction.atomic():
        locked = _locked(consent, by)
        if locked.given_at:
            files.drop_file(stored)
            return _draft_of(locked)
        locked.slip_sha256 = checked.sha256
        draft = _begin(locked, ConsentMethod.SLIP, by, at)
        record_paper(
            lock(draft),
            checked=checked,
            stored=stored,
            filename=upload.name,
            place=CONSENT_PLACE,
            by=by,
            at=at,
        )
    return draft


def _begin(consent: Consent, method: str, by: User, at: datetime) -> Dossier:
    if consent.given_at:
        return _draft_of(consent)
    consent.given_at, consent.method = at, method
    consent.save(update_fields=["given_at", "method", "slip_sha256"])
    draft = start_draft(service=consent.service, by=consent.citizen, at=at, token=consent.public_id)
    draft.assisted_by, draft.consent = by, consent
    draft.save(update_fields=["assisted_by", "consent", "updated_at"])
    return draft


def _draft_of(consent: Consent) -> Dossier:
    """What was begun with it; a consent is for one filing."""
    draft = Dossier.objects.filter(consent=consent).first()
    if draft is None:
        raise MoveRefused(USED_UP)
    return draft


def _hash(consent: Consent, code: str) -> str:
    value = f"{consent.public_id}:{code}"
    return salted_hmac("dossiers.consent", value, algorithm="sha256").hexdigest()


def _locked(consent: Consent, by: User) -> Consent:
    rows = Consent.objects.select_for_update(no_key=True, of=("self",))
    locked = rows.select_related("citizen", "service__receiving_agency").get(pk=consent.pk)
    if locked.officer_id != by.pk:
        raise MoveRefused("Chỉ cán bộ đã hỏi ý kiến người dân làm tiếp được.")
    if not desk_of(by).plays(Role.RECEPTION, locked.agency_id):
        raise MoveRefused("Bạn không còn làm việc ở bộ phận tiếp nhận này.")
    return locked
