"""A draft: its beginning, case, answers and how the result comes back; its owner: who.py."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Organisation, User, Ward
from dossiers import fees
from dossiers.actions.errors import DossierError, MoveRefused
from dossiers.actions.expiring import drop
from dossiers.actions.locking import lock_draft
from dossiers.actions.who import owner_known, set_owner
from dossiers.models import Dossier, FiledFor, ReturnMethod
from dossiers.workflow import OPEN, Status
from portal.lib.text import nfc
from procedures import levels
from procedures.models import Channel, ChannelKind, ProcedureCase, ProcedureVersion, Service

# domain.md §7.3: an account nobody has checked may hold this many open dossiers.
OPEN_DOSSIERS_UNVERIFIED = 3
# Each may hold a hundred files: an account must not fill the disk with drafts.
DRAFTS = 20


def start_draft(
    *,
    service: Service,
    by: User,
    at: datetime,
    token: uuid.UUID,
    case_key: str = "",
    whom: FiledFor = FiledFor.SELF,
    organisation: Organisation | None = None,
    method: str = "",
    told: Mapping[str, str] | None = None,
    counted: bool = True,
) -> Dossier:
    """A new draft, or the one this `token` already made (double click, Back, F5).

    `told`: as for set_owner; `method`: how the result shall come back, when it was asked before.
    `counted=False`: a batch has looked at the number of its rows itself.
    Raises LevelRefused below level 3, MoveRefused for a closed service or too many
    open dossiers of an unverified account.
    """
    if made := Dossier.objects.filter(start_token=token, submitter=by).first():
        return made
    levels.require_filing(service.level)
    version = service.procedure.current
    if version is None or not service.active:
        raise MoveRefused("Cơ quan này hiện không nhận thủ tục bạn chọn.")
    with transaction.atomic():
        # The user's row is the lock of their own count of dossiers.
        User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
        refuse_too_many_open(by)
        if counted:
            _refuse_too_many_drafts(by)
        if made := Dossier.objects.filter(start_token=token).first():
            if made.submitter_id != by.pk:
                raise DossierError("Trang này đã cũ. Hãy mở lại trang nộp hồ sơ.")
            return made
        draft = _begun(service, version, by, token, case_key)
        set_owner(draft, whom, organisation, told)
        _set_return(draft, method)
        draft.unasked = nothing_to_ask(draft)
        draft.save()
        return draft


def nothing_to_ask(draft: Dossier) -> list[str]:
    """Steps to leave out: what they ask is known, and the check page shows it."""
    known = {"owner": owner_known(draft), "return": bool(draft.return_method)}
    if draft.return_method == ReturnMethod.POST:
        known["return"] = address_complete(draft)
    return [step for step, nothing in known.items() if nothing]


def address_complete(draft: Dossier) -> bool:
    """Whether the post knows to whom and where."""
    whom = draft.return_name and draft.return_phone
    return bool(whom and draft.return_ward_id and draft.return_street)


def _set_return(draft: Dossier, method: str) -> None:
    """The way that was asked for, or the only one there is; to whom the post brings it as far as
    the person's account says."""
    open_ways = return_methods(draft)
    way = method if method in open_ways else open_ways[0] if len(open_ways) == 1 else ""
    draft.return_method = way
    if way != ReturnMethod.POST:
        return
    draft.return_name, draft.return_phone = draft.owner_name[:150], draft.owner_phone
    home = draft.submitter
    if draft.filed_for == FiledFor.SELF and home.ward and home.street:
        draft.return_ward, draft.return_province = home.ward, home.ward.province
        draft.return_street = home.street[:200]


def _begun(
    service: Service, version: ProcedureVersion, by: User, token: uuid.UUID, case_key: str
) -> Dossier:
    """Not saved yet."""
    channel = online_channel(version.channels.prefetch_related("fees"))
    dossier = Dossier(
        start_token=token,
        service=service,
        procedure=service.procedure,
        version=version,
        case=case_of(version, case_key),
        level=service.level,
        receiving_agency=service.receiving_agency,
        deciding_agency=service.deciding_agency,
        desk_agency=service.receiving_agency,
        owner=by,
        submitter=by,
        term_time=channel.time if channel else None,
        term_unit=channel.unit if channel else "none",
    )
    _snapshot_fees(dossier, channel)
    return dossier


def case_of(version: ProcedureVersion, key: str) -> ProcedureCase | None:
    """The case of that key, or the only one there is."""
    cases = list(version.cases.all())
    chosen = next((case for case in cases if case.key == key), None)
    return chosen or (cases[0] if len(cases) == 1 else None)


def refuse_too_many_open(by: User) -> None:
    """MoveRefused when an account nobody has checked holds its three. Asked at the start
    and again at filing, under the lock of the user's row."""
    if by.auth_level:
        return
    if Dossier.objects.filter(submitter=by, status__in=OPEN).count() >= OPEN_DOSSIERS_UNVERIFIED:
        raise MoveRefused(
            f"Tài khoản chưa xác thực chỉ được có {OPEN_DOSSIERS_UNVERIFIED} hồ sơ đang giải "
            "quyết. Hãy mang căn cước đến bộ phận một cửa để xác thực tài khoản."
        )


def _refuse_too_many_drafts(by: User) -> None:
    own = Dossier.objects.filter(submitter=by, status=Status.DRAFT, batch_row=None)
    if own.count() >= DRAFTS:
        raise MoveRefused(
            f"Bạn đang có {DRAFTS} bản nháp. Hãy nộp hoặc xóa bớt ở trang Hồ sơ của tôi."
        )


def online_channel(channels: Any) -> Channel | None:
    """The online way of filing, else the first there is: time and fees hang on it."""
    found = list(channels)
    online = [channel for channel in found if channel.kind == ChannelKind.ONLINE]
    return next(iter(online or found), None)


def _snapshot_fees(dossier: Dossier, channel: Channel | None) -> None:
    found = fees.quote(fees.lines_of(channel))
    dossier.fees, dossier.fees_assessed = found.lines, found.assessed
    dossier.fee_at_reception, dossier.fee_at_return = found.at_reception, found.at_return


@transaction.atomic
def choose_case(dossier: Dossier, *, case: ProcedureCase, by: User, at: datetime) -> Dossier:
    """Which variant of the procedure this is; papers of another case stay but do not count."""
    draft = lock_draft(dossier, by=by)
    if case.version_id != draft.version_id:
        raise DossierError("Trường hợp này không thuộc thủ tục của hồ sơ.")
    draft.case = case
    draft.save(update_fields=["case", "updated_at"])
    return draft


@transaction.atomic
def save_answers(dossier: Dossier, *, answers: dict[str, Any], by: User, at: datetime) -> Dossier:
    """Merge the answers of one or more sections into the draft; None takes one away.

    Only the keys given are touched: another tab's sections stay as they are.
    """
    draft = lock_draft(dossier, by=by)
    merged = {**draft.answers, **answers}
    draft.answers = {key: value for key, value in merged.items() if value is not None}
    draft.revision += 1
    draft.save(update_fields=["answers", "revision", "updated_at"])
    return draft


@transaction.atomic
def save_return(
    dossier: Dossier,
    *,
    by: User,
    at: datetime,
    method: str,
    name: str = "",
    phone: str = "",
    ward: Ward | None = None,
    street: str = "",
) -> Dossier:
    """How the result comes back; DossierError when the level or the result forbids it."""
    draft = lock_draft(dossier, by=by)
    if method not in return_methods(draft):
        raise DossierError("Thủ tục này không trả kết quả theo cách bạn chọn.")
    by_post = method == ReturnMethod.POST
    if by_post and not (name and phone and ward and street):
        raise DossierError("Nhận qua bưu chính cần đủ người nhận, điện thoại và địa chỉ.")
    draft.return_method = method
    draft.return_name = nfc(name) if by_post else ""
    draft.return_phone = phone if by_post else ""
    draft.return_ward = ward if by_post else None
    draft.return_province = ward.province if by_post and ward else None
    draft.return_street = nfc(street) if by_post else ""
    draft.save(
        update_fields=[
            "return_method",
            "return_name",
            "return_phone",
            "return_ward",
            "return_province",
            "return_street",
            "updated_at",
        ]
    )
    return draft


def return_methods(dossier: Dossier) -> list[str]:
    """The ways open to this dossier: what the level allows and its results name."""
    return ways_back(dossier.version, dossier.level)


def ways_back(version: ProcedureVersion, level: int) -> list[str]:
    named: set[str] = set()
    for result in version.result_types.all():
        named |= set(result.returns)
    allowed = levels.offer(level).returns & (named or {"desk"})
    return [method for method in ReturnMethod.values if method in (allowed or {"desk"})]


@transaction.atomic
def discard_draft(dossier: Dossier, *, by: User, at: datetime) -> None:
    """Delete a draft that never had a code; its files go with the sweep of orphans."""
    draft = lock_draft(dossier, by=by, to_delete=True)
    if draft.code:
        raise MoveRefused("Hồ sơ đã có mã thì không xóa được.")
    drop(draft)
