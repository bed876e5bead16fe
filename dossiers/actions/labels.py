"""Labels, saved views, chosen columns: what officers keep beside the dossiers. Nothing of it is an
act of the office, so no event tells of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.desk import desk_of
from accounts.models import Agency, User
from accounts.roles import Role
from dossiers.actions.errors import MoveRefused
from dossiers.models import Dossier, DossierLabel, Label, QueueColumns, SavedView

MOST_LABELS = 40
MOST_VIEWS = 50


@transaction.atomic
def make_label(*, agency: Agency, text: str, colour: str, by: User) -> Label:
    if agency.pk not in desk_of(by).dossier_agencies:
        raise MoveRefused("Bạn không làm việc ở cơ quan này.")
    _one_at_a_time(agency)
    if Label.objects.filter(agency=agency).count() >= MOST_LABELS:
        raise MoveRefused(f"Mỗi cơ quan có tối đa {MOST_LABELS} nhãn. Hãy xóa nhãn không dùng.")
    if Label.objects.filter(agency=agency, text__iexact=text).exists():
        raise MoveRefused("Cơ quan đã có nhãn này.")
    return Label.objects.create(agency=agency, text=text, colour=colour, made_by=by)


def _one_at_a_time(agency: Agency) -> None:
    """A double click waits here and is told that the label is there."""
    Agency.objects.select_for_update(no_key=True).only("pk").get(pk=agency.pk)


def label_refusal(label: Label, user: Any) -> str | None:
    """Why this person may not take the label away; it leaves every dossier with it."""
    leads = desk_of(user).plays(Role.LEADER, label.agency_id)
    if leads or label.made_by_id == user.pk:
        return None
    return "Chỉ người tạo nhãn hoặc lãnh đạo xóa được."


@transaction.atomic
def drop_label(label: Label, *, by: User) -> None:
    if why := label_refusal(label, by):
        raise MoveRefused(why)
    label.delete()


@transaction.atomic
def put_label(dossier: Dossier, label: Label, *, by: User, at: datetime) -> None:
    """A second time changes nothing."""
    _at_desk(dossier, label, by)
    DossierLabel.objects.get_or_create(dossier=dossier, label=label, defaults={"by": by, "at": at})


@transaction.atomic
def take_label(dossier: Dossier, label: Label, *, by: User, at: datetime) -> None:
    _at_desk(dossier, label, by)
    DossierLabel.objects.filter(dossier=dossier, label=label).delete()


def _at_desk(dossier: Dossier, label: Label, by: User) -> None:
    here = Dossier.objects.at_desk_of(by).filter(pk=dossier.pk)
    if not here.exists() or label.agency_id not in desk_of(by).dossier_agencies:
        raise MoveRefused("Nhãn hoặc hồ sơ không thuộc cơ quan của bạn.")


@transaction.atomic
def save_view(
    *, name: str, query: str, agency: Agency | None, by: User, view: SavedView | None = None
) -> SavedView:
    """New, or one's own under another name or for others too."""
    if agency and agency.pk not in desk_of(by).dossier_agencies:
        raise MoveRefused("Bạn không làm việc ở cơ quan này.")
    if view is None:
        if SavedView.objects.filter(owner=by).count() >= MOST_VIEWS:
            raise MoveRefused(f"Bạn đã lưu {MOST_VIEWS} bộ lọc. Hãy xóa bớt.")
        view = SavedView(owner=by, query=query)
    view.name, view.agency = name, agency
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise MoveRefused("Bạn đã có một bộ lọc tên này. Hãy đặt tên khác.") from None
    return view


@transaction.atomic
def drop_view(view: SavedView, *, by: User) -> None:
    if view.owner_id != by.pk:
        raise MoveRefused("Chỉ người lưu xóa được bộ lọc này.")
    view.delete()


def keep_columns(*, queue: str, columns: Sequence[str], by: User) -> None:
    """For this person's next visits of the queue; none: as for everybody."""
    mine = QueueColumns.objects.filter(owner=by, queue=queue)
    if columns:
        mine.update_or_create(owner=by, queue=queue, defaults={"columns": list(columns)})
    else:
        mine.delete()
