"""Whose dossier a draft is: the filer's own, another person's, an organisation's."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts import memberships
from accounts.desk import desk_of
from accounts.models import Organisation, User
from dossiers.actions.autosaving import Fields, exchange_typed
from dossiers.actions.errors import DossierError, Missing, MoveRefused
from dossiers.actions.locking import lock_draft
from dossiers.models import Dossier, FiledFor, FiledHow, Relation
from dossiers.models.paper import UNUSABLE
from portal.lib.codes import citizen_id_problem
from portal.lib.text import fold, nfc
from procedures.models import ChannelKind

# The place of the authority paper among a dossier's papers; no key of an e-form has a hyphen.
AUTHORITY = "giay-uy-quyen"
CONSENT_SLIP = "phieu-dong-y"
OWN_PAPERS = {AUTHORITY: "Giấy ủy quyền", CONSENT_SLIP: "Phiếu đồng ý cho cán bộ nộp giúp"}
OWNER_FIELDS = (
    "owner_name", "owner_fold", "owner_citizen_id", "owner_tax_code", "owner_phone",
    "owner_email", "owner_address",
)  # fmt: skip
_AUTHORITY_FIELDS = ("relation", "authority_from", "authority_until")


def owner_fields(user: User) -> dict[str, str]:
    """What an account knows of its person, as owner of a dossier. A number nobody has checked is
    not taken over: whoever it belongs to says it in this filing (design.md, accounts)."""
    return {
        "owner_name": user.full_name,
        "owner_fold": fold(user.full_name),
        "owner_citizen_id": user.citizen_id if user.auth_level else "",
        "owner_tax_code": "",
        "owner_phone": user.phone or "",
        "owner_email": user.email or "",
        "owner_address": user.address,
    }


def _organisation_fields(organisation: Organisation) -> dict[str, str]:
    """Without a citizen number: a tax code is public and must open no look-up."""
    return {
        "owner_name": organisation.name,
        "owner_fold": fold(organisation.name)[:250],
        "owner_citizen_id": "",
        "owner_tax_code": organisation.tax_code,
        "owner_phone": organisation.phone,
        "owner_email": organisation.email,
        "owner_address": organisation.address,
    }


@transaction.atomic
def file_for(
    dossier: Dossier,
    *,
    whom: str,
    by: User,
    at: datetime,
    organisation: Organisation | None = None,
    words: Fields | None = None,
) -> Dossier:
    """Say for whom the draft is; the owner's fields begin anew when that changes, and the paper of
    the one before goes. `words`: what the page says until now; who pressed by mistake finds them
    on the way back."""
    draft = lock_draft(dossier, by=by)
    whom = FiledFor(whom)
    if (whom == FiledFor.ORGANISATION) != (organisation is not None):
        raise DossierError("Hãy chọn tổ chức mà bạn nộp hồ sơ.")
    wanted = organisation.pk if organisation else None
    if draft.filed_for == whom and draft.organisation_id == wanted:
        return draft
    before = _side(draft)
    set_owner(draft, whom, organisation)
    exchange_typed(draft, "nguoi-nop", words, before, _side(draft))
    draft.unasked = [step for step in draft.unasked if step != "owner"]
    _forget_authority(draft)
    _remove_authority(draft, at)
    changed = ["filed_for", "organisation", "owner", "unasked", *OWNER_FIELDS, *_AUTHORITY_FIELDS]
    draft.save(update_fields=[*changed, "typed", "updated_at"])
    return draft


def _side(draft: Dossier) -> str:
    return f"{draft.filed_for}-{draft.organisation_id or ''}"


def set_owner(
    draft: Dossier,
    whom: FiledFor,
    organisation: Organisation | None,
    told: Mapping[str, str] | None = None,
) -> None:
    """With what is known of them; not saved. `told`: owner's fields that who files for themselves
    has said besides."""
    if organisation and not memberships.files_for(draft.submitter, organisation.pk):
        raise MoveRefused("Bạn không có quyền nộp hồ sơ cho tổ chức này.")
    draft.filed_for, draft.organisation = whom, organisation
    draft.owner = draft.submitter if whom == FiledFor.SELF else None
    if organisation:
        fields = _organisation_fields(organisation)
    else:
        nobody = dict.fromkeys(OWNER_FIELDS, "")
        known = owner_fields(draft.submitter) | {k: nfc(v) for k, v in (told or {}).items()}
        fields = known if whom == FiledFor.SELF else nobody
    for name, value in fields.items():
        setattr(draft, name, value)


def owner_known(draft: Dossier) -> bool:
    """Whether the first step has nothing to ask: all it asks is there already."""
    if draft.filed_for == FiledFor.OTHER:
        return False
    number = draft.owner_tax_code if draft.organisation else draft.owner_citizen_id
    reached = draft.owner_phone or draft.owner_email
    return bool(draft.owner_name and number and reached and draft.owner_address)


def _forget_authority(draft: Dossier) -> None:
    draft.relation, draft.authority_from, draft.authority_until = "", None, None


def _remove_authority(draft: Dossier, at: datetime) -> None:
    """The paper one person gave is none of another's. Like any file of a draft it can be taken
    back: of a number that was only mistyped it is still the paper."""
    draft.papers.current().filter(field_key=AUTHORITY).update(removed_at=at)


@transaction.atomic
def save_owner(
    dossier: Dossier,
    *,
    by: User,
    at: datetime,
    name: str,
    citizen_id: str,
    phone: str,
    email: str,
    address: str,
    relation: str = "",
    authority_from: date | None = None,
    authority_until: date | None = None,
) -> Dossier:
    """Who the dossier is about, as it will stand on every slip; for another person, also by
    what right and how long the paper that says so is valid. Another number than before is
    another person: the paper given until now goes (removed_at is `at`)."""
    draft = lock_draft(dossier, by=by)
    if draft.owner_citizen_id not in ("", citizen_id):
        _remove_authority(draft, at)
    draft.owner_name, draft.owner_fold = nfc(name), fold(name)
    draft.owner_citizen_id, draft.owner_phone = citizen_id, phone
    draft.owner_email, draft.owner_address = email, nfc(address)
    _forget_authority(draft)
    if draft.filed_for == FiledFor.OTHER:
        draft.relation = relation
        draft.authority_from, draft.authority_until = authority_from, authority_until
    draft.save(update_fields=[*OWNER_FIELDS, *_AUTHORITY_FIELDS, "updated_at"])
    return draft


def authority_end(dossier: Dossier) -> date | None:
    """The last day the authority holds; None without an end. An authorisation that names no term
    holds for a year from its day (Bộ luật Dân sự 2015, Điều 563)."""
    if dossier.authority_until or dossier.relation != Relation.PROXY:
        return dossier.authority_until
    start = dossier.authority_from
    if start is None:
        return None
    try:
        return start.replace(year=start.year + 1)
    except ValueError:  # from 29 February
        return start + timedelta(days=365)


def owner_gaps(dossier: Dossier, today: date, papers: list[Any]) -> list[Missing]:
    """What the slips print about the owner: a name, where to write and how to call; and by what
    right another person files."""
    found = []
    if not dossier.owner_name:
        found.append("Chưa có họ và tên chủ hồ sơ.")
    if not (dossier.owner_phone or dossier.owner_email):
        found.append("Chưa có số điện thoại hoặc thư điện tử của chủ hồ sơ.")
    if not dossier.owner_address:
        found.append("Chưa có địa chỉ của chủ hồ sơ.")
    if dossier.filed_for == FiledFor.OTHER:
        found += _number_gaps(dossier, today) + authority_gaps(dossier, today, papers)
    return [Missing("owner", sentence) for sentence in found]


def _number_gaps(dossier: Dossier, today: date) -> list[str]:
    found = []
    number = dossier.owner_citizen_id
    if not number:
        found.append("Chưa có số định danh cá nhân của chủ hồ sơ.")
    elif problem := citizen_id_problem(number, today):
        found.append(f"Số định danh của chủ hồ sơ chưa đúng: {problem}")
    elif number == dossier.submitter.citizen_id:
        found.append("Số định danh của chủ hồ sơ là của chính bạn; hãy chọn nộp cho chính mình.")
    return found


def authority_gaps(dossier: Dossier, today: date, papers: list[Any]) -> list[str]:
    """What is missing of the right to file for others, whoever they are."""
    found = []
    if dossier.relation not in Relation.values:
        found.append("Chưa chọn bạn nộp thay với tư cách nào.")
    given = [one for one in papers if one.field_key == AUTHORITY and one.state not in UNUSABLE]
    if not given:
        found.append("Thiếu giấy ủy quyền hoặc giấy tờ chứng minh quyền đại diện.")
    end = authority_end(dossier)
    if dossier.authority_from is None:
        found.append("Chưa ghi ngày giấy ủy quyền có hiệu lực.")
    elif dossier.authority_from > today:
        found.append(f"Giấy ủy quyền đến ngày {dossier.authority_from:%d/%m/%Y} mới có hiệu lực.")
    elif end and end < today:
        found.append(f"Giấy ủy quyền đã hết hiệu lực từ ngày {end:%d/%m/%Y}.")
    return found


def refuse_wrong_filer(draft: Dossier) -> None:
    """MoveRefused for a member who is none any more, and for an officer of the office itself who
    would file for people under his own name: figures must not grow so."""
    if draft.organisation_id and not memberships.files_for(draft.submitter, draft.organisation_id):
        raise MoveRefused("Bạn không còn quyền nộp hồ sơ cho tổ chức này.")
    if draft.filed_for != FiledFor.OTHER or draft.assisted_by_id:
        return
    offices = {draft.receiving_agency_id, draft.deciding_agency_id}
    if offices & desk_of(draft.submitter).dossier_agencies:
        raise MoveRefused(
            "Bạn làm việc ở cơ quan giải quyết hồ sơ này. Muốn nộp giúp người dân, hãy dùng mục "
            "Nộp giúp người dân để có sự đồng ý của họ."
        )


def settle(draft: Dossier, by: User) -> None:
    """At filing: the owner's account when it is surely theirs, and by whose hand it came. A
    draft an officer began and its citizen files is the citizen's own filing."""
    if by.pk != draft.assisted_by_id:
        draft.assisted_by = draft.consent = None
    if draft.filed_for == FiledFor.OTHER:
        draft.owner = _account_of(draft)
    draft.filed_how = filed_how(draft)


def filed_how(dossier: Dossier) -> FiledHow:
    """From facts alone: the channel it came by, and the officer who filed for the citizen."""
    if dossier.channel == ChannelKind.POST:
        return FiledHow.POST
    if dossier.channel == ChannelKind.DIRECT:
        return FiledHow.COUNTER
    return FiledHow.ASSISTED if dossier.assisted_by_id else FiledHow.SELF


def _account_of(dossier: Dossier) -> User | None:
    """The checked account with this number and name: its person then sees what is filed in
    their name. A number alone may have been mistyped."""
    found = User.objects.filter(citizen_id=dossier.owner_citizen_id, auth_level__gte=1).first()
    same = found is not None and fold(found.full_name) == dossier.owner_fold
    return found if same else None
