"""Whose dossier it is, who files it and by whose hand it came in (domain.md §7.3)."""

from django.db import models
from django.db.models import Q

from dossiers.workflow import Status
from procedures.models import ChannelKind


class FiledFor(models.TextChoices):
    """Whose dossier it is, seen from who files it."""

    SELF = "self", "Cho chính mình"
    OTHER = "other", "Cho người khác"
    ORGANISATION = "org", "Cho tổ chức"


class Relation(models.TextChoices):
    """Why one person may file for another."""

    PROXY = "proxy", "Người được ủy quyền"
    PARENT = "parent", "Cha, mẹ của người chưa thành niên"
    GUARDIAN = "guardian", "Người giám hộ"
    COURT = "court", "Người đại diện do Tòa án chỉ định"


class ReturnMethod(models.TextChoices):
    """HinhThucTra: 0 trực tiếp, 1 BCCI, and our 2 trực tuyến."""

    DESK = "desk", "Nhận tại bộ phận một cửa"
    POST = "post", "Nhận qua bưu chính công ích"
    ONLINE = "online", "Nhận bản điện tử trên cổng"


class FiledHow(models.TextChoices):
    """By whose hand it came in. Never chosen: `actions.who.filed_how` derives it."""

    SELF = "self", "Người dân tự nộp qua mạng"
    ASSISTED = "assisted", "Nộp qua mạng có cán bộ giúp"
    COUNTER = "counter", "Nộp trực tiếp tại quầy"
    POST = "post", "Nộp qua bưu chính"


# Who files, and by whose hand: what the actions say, said once more.
WHO_CONSTRAINTS = [
    models.CheckConstraint(
        condition=(Q(filed_for=FiledFor.ORGANISATION) & Q(organisation__isnull=False))
        | (Q(filed_for__in=[FiledFor.SELF, FiledFor.OTHER]) & Q(organisation=None)),
        name="dossier_organisation_pair",
        violation_error_message="Hồ sơ nộp cho tổ chức phải có tổ chức, và chỉ hồ sơ đó.",
    ),
    models.CheckConstraint(
        condition=Q(status=Status.DRAFT)
        | ~Q(filed_for=FiledFor.OTHER)
        | (
            Q(relation__in=Relation.values)
            & Q(authority_from__isnull=False)
            & ~Q(owner_citizen_id="")
        ),
        name="dossier_proxy_has_authority",
        violation_error_message="Nộp cho người khác phải có tư cách và giấy tờ còn hiệu lực.",
    ),
    models.CheckConstraint(
        condition=Q(authority_until=None) | Q(authority_until__gte=models.F("authority_from")),
        name="dossier_authority_in_order",
        violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực.",
    ),
    # Post and counter by the channel, help by who helped; a draft has no figure yet.
    models.CheckConstraint(
        condition=Q(filed_how="")
        | Q(filed_how=FiledHow.POST, channel=ChannelKind.POST)
        | Q(filed_how=FiledHow.COUNTER, channel=ChannelKind.DIRECT)
        | Q(filed_how=FiledHow.ASSISTED, channel=ChannelKind.ONLINE, assisted_by__isnull=False)
        | Q(filed_how=FiledHow.SELF, channel=ChannelKind.ONLINE, assisted_by=None),
        name="dossier_filed_how_by_evidence",
        violation_error_message="Hình thức nộp không khớp với bằng chứng.",
    ),
    models.CheckConstraint(
        condition=Q(status=Status.DRAFT) | ~Q(filed_how=""),
        name="dossier_filed_is_counted",
        violation_error_message="Hồ sơ đã nộp phải có hình thức nộp.",
    ),
    models.CheckConstraint(
        condition=Q(assisted_by=None, consent=None)
        | Q(assisted_by__isnull=False, consent__isnull=False),
        name="dossier_help_has_consent",
        violation_error_message="Cán bộ nộp giúp phải có sự đồng ý của người dân.",
    ),
]
