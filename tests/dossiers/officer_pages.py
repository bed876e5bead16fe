"""What the tests of the officers' pages share."""

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dossiers import actions
from dossiers.actions import Gap
from dossiers.models import Dossier
from tests import factories


def at_desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(dossier: Dossier, step: str = "dossier") -> str:
    return reverse(f"officer-{step}", args=[dossier.public_id])


def press(client: Client, dossier: Dossier, step: str, **typed: Any) -> Any:
    """POST a step with the revision the page would carry now."""
    if "revision" not in typed:
        dossier.refresh_from_db()
        typed["revision"] = dossier.revision
    return client.post(address(dossier, step), typed)


def moves_of(dossier: Dossier) -> list[str]:
    return list(dossier.events.values_list("move", flat=True))


def accept(dossier: Dossier, by: User) -> Dossier:
    actions.make_move(dossier, "accept", by=by, at=timezone.now())
    return dossier


def ask(dossier: Dossier, by: User, *, field: bool = False) -> Dossier:
    need = dossier.case.requirements.first()
    gaps = [Gap(label=need.name, reason="Ảnh mờ.", requirement=need)]
    if field:
        gaps.append(Gap(label="Họ tên con", reason="Sai dấu.", field_key="ho_ten_con"))
    actions.ask_additions(dossier, gaps=gaps, reason="Hồ sơ chưa rõ.", by=by, at=timezone.now())
    dossier.refresh_from_db()
    return dossier


def answer(dossier: Dossier, by: User, **answers: Any) -> Dossier:
    need = dossier.case.requirements.first()
    at = timezone.now()
    upload = factories.an_upload("ban-ro-net.pdf")
    actions.attach_paper(dossier, upload=upload, requirement=need, by=by, at=at)
    factories.mark_clean(dossier)
    actions.answer_additions(dossier, answers=answers, note="Tôi gửi lại.", by=by, at=at)
    dossier.refresh_from_db()
    return dossier


def processing(dossier: Dossier, by: User) -> Dossier:
    accept(dossier, by)
    actions.forward(dossier, by=by, at=timezone.now())
    return dossier


def finished(dossier: Dossier, lan: User, hung: User) -> Dossier:
    processing(dossier, lan)
    actions.record_result(
        dossier,
        upload=factories.an_upload("ket-qua.pdf"),
        title="Giấy khai sinh",
        number="15/2026",
        signer="Lý Văn Hùng",
        issued_on=timezone.localdate(),
        by=hung,
        at=timezone.now(),
    )
    dossier.refresh_from_db()
    return dossier


def many(dossier: Dossier, number: int) -> None:
    """More dossiers like this one, each with its own code."""
    first = Dossier.objects.count()
    for n in range(first, first + number):
        twin = Dossier.objects.get(pk=dossier.pk)
        twin.pk, twin.code = None, f"{dossier.code}-{n:03d}"
        twin.public_id, twin.start_token = factories.uuid.uuid4(), factories.uuid.uuid4()
        twin.save()
