"""The first page: where to file, which case, what it takes and what it costs."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Prefetch

from accounts.models import Organisation, User
from dossiers.actions.drafts import online_channel
from dossiers.forms import who
from dossiers.models import FiledFor
from portal.lib.text import fold
from procedures.models import (
    Channel,
    Procedure,
    ProcedureCase,
    Requirement,
    Service,
)
from procedures.pages import seconds_of, time_to_file

# Up to so many agencies are simply listed; above, the person types a few letters.
FEW_AGENCIES = 8
SHOWN_AGENCIES = 20


class StartForm(forms.Form):
    """`token` names this opening of the page: the draft it makes is made once."""

    co_quan = forms.ChoiceField(
        error_messages={
            "required": "Hãy chọn cơ quan nhận hồ sơ.",
            "invalid_choice": "Cơ quan bạn chọn không nhận thủ tục này. Hãy chọn lại.",
        }
    )
    truong_hop = forms.ChoiceField(
        error_messages={
            "required": "Hãy chọn trường hợp của bạn.",
            "invalid_choice": "Hãy chọn lại trường hợp của bạn trong danh sách.",
        }
    )
    nop_cho = forms.CharField(required=False)
    nhan = forms.CharField(required=False)
    token = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Trang đã cũ. Hãy kiểm tra lựa chọn rồi bấm nút lần nữa."
        ),
    )

    def __init__(
        self, data: Any, services: list[Service], cases: list[ProcedureCase], user: User
    ) -> None:
        super().__init__(data)
        self.user = user
        self.by_pk = {str(service.pk): service for service in services}
        for name in ("co_quan", "truong_hop", "nop_cho"):
            self.fields[name].widget = forms.RadioSelect()
        self.fields["co_quan"].choices = [(pk, pk) for pk in self.by_pk]  # type: ignore[attr-defined]
        self.fields["truong_hop"].choices = [(case.key, case.name) for case in cases]  # type: ignore[attr-defined]
        if len(cases) < 2:
            del self.fields["truong_hop"]

    def clean_nop_cho(self) -> tuple[FiledFor, Organisation | None]:
        """Whom the dossier is for; oneself when the page does not ask."""
        chosen = who.chosen(self.cleaned_data["nop_cho"] or FiledFor.SELF, self.user)
        if chosen is None:
            raise forms.ValidationError("Hãy chọn lại bạn nộp hồ sơ cho ai.")
        return chosen

    @property
    def for_self(self) -> bool:
        return (self.data.get("nop_cho") or FiledFor.SELF) == FiledFor.SELF

    @property
    def service(self) -> Service:
        return self.by_pk[self.cleaned_data["co_quan"]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page tells before anything is typed."""

    cases: list[ProcedureCase]
    channel: Channel | None
    time: str  # to fill it in

    @property
    def total(self) -> int | None:
        """Đồng; None when nobody can say before an officer looks: several lines stand there, of
        which one applies, or one without an amount."""
        lines = list(self.channel.fees.all()) if self.channel else []
        if len(lines) > 1 or any(fee.amount is None for fee in lines):
            return None
        return sum(fee.amount or 0 for fee in lines)


def facts_of(procedure: Procedure) -> Facts:
    version = procedure.current
    assert version is not None
    needs = Prefetch("requirements", Requirement.objects.order_by("order", "id"))
    cases = list(version.cases.prefetch_related(needs))
    channel = online_channel(version.channels.prefetch_related("fees"))
    return Facts(cases, channel, time_to_file(seconds_of(version), cases))


def agencies_shown(
    services: list[Service], words: str, user: User, chosen: str
) -> tuple[list[Service], int]:
    """The services to list and how many more there are; the person's own commune first.

    All words typed must occur, with or without their marks.
    """
    wanted = fold(words).split()
    found = [
        service
        for service in services
        if all(word in fold(service.receiving_agency.name) for word in wanted)
    ]

    def rank(service: Service) -> tuple[bool, bool, str]:
        agency = service.receiving_agency
        home = user.ward_id is not None and agency.ward_id == user.ward_id
        return (str(service.pk) != chosen, not home, fold(agency.name))

    if chosen and all(str(service.pk) != chosen for service in found):
        found += [service for service in services if str(service.pk) == chosen]
    found.sort(key=rank)
    return found[:SHOWN_AGENCIES], max(len(found) - SHOWN_AGENCIES, 0)
