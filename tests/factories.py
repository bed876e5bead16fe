"""Plain functions that make what tests are about, with the same few people everywhere:
Bình files, Lan receives, Hùng decides, Mai posts, a stranger looks on."""

import io
import itertools
import uuid
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts import organisations
from accounts.models import Agency, Organisation, Position, Province, User, Ward
from dossiers import actions
from dossiers.models import Dossier, ReturnMethod
from procedures import stamps
from procedures.models import (
    Channel,
    Fee,
    Procedure,
    ProcedureCase,
    ProcedureVersion,
    Requirement,
    ResultType,
    Sector,
    Service,
)
from procedures.search import columns

VN = ZoneInfo("Asia/Ho_Chi_Minh")
# A Tuesday without a holiday near it.
MORNING = datetime(2026, 3, 10, 8, 0, tzinfo=VN)
PASSWORD = "mật khẩu dài 2026"

SMALL_EFORM: dict[str, Any] = {
    "title": "Tờ khai thử",
    "form_no": "",
    "source": "",
    "sections": [
        {
            "key": "chung",
            "title": "Nội dung",
            "fields": [
                {"key": "ho_ten_con", "type": "text", "label": "Họ tên con", "required": True},
                {"key": "ngay_sinh", "type": "date", "label": "Ngày sinh", "required": True},
                {"key": "ghi_chu", "type": "long_text", "label": "Ghi chú"},
            ],
        }
    ],
}
SMALL_ANSWERS = {"ho_ten_con": "Nguyễn Thị Ánh", "ngay_sinh": "2026-02-20"}


def a_person(name: str, email: str, **fields: Any) -> User:
    return User.objects.create_user(email=email, password=PASSWORD, full_name=name, **fields)


def a_firm(by: User, **fields: Any) -> Organisation:
    """A firm that `by` represents (the tax code exists: domain.md §7.2)."""
    given = {
        "tax_code": "0100233488",
        "name": "Công ty TNHH Nam Quan",
        "address": "Số 9, khu Nam Quan, xã Đồng Đăng",
        "representative": by.full_name,
        "phone": "0205 3 810 001".replace(" ", ""),
        "email": "vanphong@namquan.example.vn",
    }
    return organisations.register(by=by, **given | fields)


def a_province() -> Province:
    province, _ = Province.objects.get_or_create(
        code="20",
        defaults={"name": "Lạng Sơn", "full_name": "Tỉnh Lạng Sơn", "valid_from": "2025-07-01"},
    )
    return province


def a_ward() -> Ward:
    ward, _ = Ward.objects.get_or_create(
        code="06184",
        defaults={
            "province": a_province,  # called where there is no such ward yet
            "name": "Đồng Đăng",
            "full_name": "Xã Đồng Đăng",
            "valid_from": "2025-07-01",
        },
    )
    return ward


def an_agency(code: str = "000.01.15.H37", **fields: Any) -> Agency:
    defaults = {
        "name": "Trung tâm Phục vụ hành chính công xã Đồng Đăng",
        "kind": "ttpvhcc-xa",
        "level": "commune",
        "ward": a_ward,  # called where there is no such office yet
        "address": "Khu Nam Quan, xã Đồng Đăng, tỉnh Lạng Sơn",
        "phone": "0205 3 000 001",
        "receives": True,
    }
    agency, _ = Agency.objects.get_or_create(code=code, defaults=defaults | fields)
    return agency


def a_committee() -> Agency:
    return an_agency(
        "000.00.15.H37", name="Ủy ban nhân dân xã Đồng Đăng", kind="ubnd-xa", receives=False
    )


def an_officer(name: str, email: str, role: str, agency: Agency, **fields: Any) -> User:
    user = a_person(name, email, **fields)
    Position.objects.create(user=user, agency=agency, role=role)
    return user


def an_editor(name: str, email: str) -> User:
    return an_officer(name, email, "catalogue", an_agency())


def binh() -> User:
    """Files. His account was checked at a desk."""
    return a_person(
        "Nguyễn Văn Bình",
        "binh@example.vn",
        phone="0912345678",
        citizen_id="020090000123",
        auth_level=1,
    )


def lan() -> User:
    """Receives at the one-stop desk."""
    return an_officer("Hoàng Thị Lan", "lan@example.vn", "reception", an_agency())


# What a version says where a test does not care.
WORDS: dict[str, Any] = {
    "decision_no": "01/QĐ-BTP",
    "issuing_agency": "Bộ Tư pháp",
    "kind": "TTHC được luật giao quy định chi tiết",
    "administrative_level": "Cấp xã",
    "summary": "Ghi việc sinh của trẻ vào sổ hộ tịch.",
    "executing_text": "Ủy ban nhân dân cấp xã",
    "authority": "Ủy ban nhân dân cấp xã",
    "coordinating": "Không có",
    "reception_address": "Trung tâm Phục vụ hành chính công cấp xã",
    "audiences": ["Công dân Việt Nam"],
    "conditions": "Không có yêu cầu, điều kiện.",
    "keywords": ["khai sinh con"],
}


def a_procedure(
    code: str = "1.001193",
    name: str = "Đăng ký khai sinh",
    *,
    level: int = 4,
    eform: dict[str, Any] | None = None,
    fee: int = 0,
    collected: int = 1,
    time: int | None = 3,
    unit: str = "working_day",
    papers: int = 1,
    **fields: Any,
) -> Procedure:
    """A published procedure with one case, one online channel and a result."""
    sector, _ = Sector.objects.get_or_create(name="Hộ tịch", slug="ho-tich")
    procedure = Procedure.objects.create(code=code, name=name, sector=sector)
    version = ProcedureVersion.objects.create(
        procedure=procedure,
        number=1,
        state="published",
        name=name,
        sector_name=sector.name,
        level=level,
        service_type={1: "INFO", 2: "INFO", 3: "PARTIAL", 4: "FULL"}[level],
        **WORDS,
        eform=SMALL_EFORM if eform is None else eform,
        effective_from=date(2025, 7, 1),
        published_at=MORNING,
        **fields,
    )
    _give_parts(version, papers=papers, time=time, unit=unit, fee=fee, collected=collected)
    procedure.current = version
    columns.describe(procedure, _searched(version, fee))
    procedure.save()
    stamps.changed()
    return procedure


def _searched(version: ProcedureVersion, fee: int) -> dict[str, Any]:
    return {
        "keywords": version.keywords,
        "summary": version.summary,
        "result_types": [{"name": "Giấy khai sinh"}],
        "audiences": version.audiences,
        "level": version.level,
        "channels": [{"kind": "online", "fees": [{"amount": fee}] if fee else []}],
    }


def _give_parts(
    version: ProcedureVersion, *, papers: int, time: int | None, unit: str, fee: int, collected: int
) -> None:
    case = ProcedureCase.objects.create(version=version, key="thong-thuong", name="Thông thường")
    for number in range(1, papers + 1):
        Requirement.objects.create(
            case=case, key=f"giay-{number}", name=f"Giấy chứng sinh {number}", original=1
        )
    channel = Channel.objects.create(
        version=version, kind="online", time=time, unit=unit, time_text=f"{time} ngày làm việc"
    )
    if fee:
        Fee.objects.create(
            channel=channel, name="Lệ phí", kind="le_phi", amount=fee, collected=collected
        )
    ResultType.objects.create(
        version=version, name="Giấy khai sinh", returns=["desk", "online", "post"]
    )


def a_service(procedure: Procedure | None = None, **fields: Any) -> Service:
    procedure = procedure or a_procedure()
    assert procedure.current
    service, _ = Service.objects.get_or_create(
        procedure=procedure,
        receiving_agency=an_agency(),
        defaults={"deciding_agency": a_committee, "level": procedure.current.level} | fields,
    )
    stamps.changed()
    return service


def a_pdf(pages: int = 1, text: str = "") -> bytes:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(420, 595))
    pdf.docinfo["/Title"] = text or "Giấy chứng sinh"
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def a_jpeg(width: int = 60, height: int = 40) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "JPEG")
    return out.getvalue()


_numbers = itertools.count(1)


def an_upload(name: str = "giay-chung-sinh.pdf", content: bytes | None = None) -> Any:
    """Each time other bytes: the same ones twice at one place are one paper."""
    kind = "application/pdf" if name.endswith(".pdf") else "image/jpeg"
    data = a_pdf(text=f"Giấy {next(_numbers)}") if content is None else content
    return SimpleUploadedFile(name, data, content_type=kind)


def a_draft(by: User, service: Service | None = None, **kw: Any) -> Dossier:
    return actions.start_draft(
        service=service or a_service(), by=by, at=MORNING, token=uuid.uuid4(), **kw
    )


def mark_clean(dossier: Dossier) -> None:
    """As if the worker had checked every paper."""
    dossier.papers.update(state="clean", done_at=MORNING)


def a_full_draft(by: User, service: Service | None = None, *, post: bool = False) -> Dossier:
    """A draft with everything that filing needs."""
    draft = a_draft(by, service)
    actions.save_owner(
        draft,
        by=by,
        at=MORNING,
        name=by.full_name,
        citizen_id=by.citizen_id,
        phone=by.phone or "",
        email=by.email or "",
        address="Số 5, khu Nam Quan, xã Đồng Đăng, tỉnh Lạng Sơn",
    )
    actions.save_answers(draft, answers=SMALL_ANSWERS, by=by, at=MORNING)
    assert draft.case
    for need in draft.case.requirements.filter(online="upload"):
        actions.attach_paper(draft, upload=an_upload(), requirement=need, by=by, at=MORNING)
    method = ReturnMethod.POST if post else ReturnMethod.DESK
    actions.save_return(
        draft,
        by=by,
        at=MORNING,
        method=method,
        name=by.full_name,
        phone="0912345678",
        ward=a_ward(),
        street="Số 5, khu Nam Quan",
    )
    draft.refresh_from_db()
    return draft


def a_filed(by: User, service: Service | None = None, *, post: bool = False) -> Dossier:
    dossier = actions.submit(a_full_draft(by, service, post=post), by=by, at=MORNING)
    mark_clean(dossier)
    return dossier
