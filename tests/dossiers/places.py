"""A procedure whose declaration asks for files, and what is sent to its places."""

from datetime import date
from typing import Any

from accounts.models import User
from dossiers import actions
from dossiers.models import Dossier
from tests.factories import MORNING, a_pdf

EFORM: dict[str, Any] = {
    "title": "Đơn có tệp",
    "form_no": "",
    "source": "",
    "sections": [
        {
            "key": "chung",
            "title": "Nội dung",
            "fields": [
                {"key": "ho_ten_con", "type": "text", "label": "Họ tên con", "required": True},
                {"key": "bo", "type": "text", "label": "Bố là ai"},
                {
                    "key": "ban_ve",
                    "type": "file",
                    "label": "Bản vẽ",
                    "required": True,
                    "accept": ["pdf", "jpg"],
                    "max_files": 2,
                    "help": "Chụp cả trang.",
                },
                {"key": "anh_the", "type": "file", "label": "Ảnh thẻ", "max_files": 1},
            ],
        }
    ],
}
QUESTION, PHOTO = "tep-o-ban_ve", "tep-o-anh_the"
AUTHORITY = f"tep-o-{actions.AUTHORITY}"
LUA = {"name": "Hoàng Thị Lụa", "citizen_id": "020166000345", "phone": "0912345678"}
LUA |= {"email": "", "address": "Số 5, khu Nam Quan"}


def heavy() -> bytes:
    return a_pdf(text="từng phần") + b"\n%" + b"x" * 30_000 + b"\n%%EOF\n"


def answers_of(draft: Dossier) -> dict[str, Any]:
    draft.refresh_from_db()
    return draft.answers


def for_lua(draft: Dossier, by: User, **other: str) -> Dossier:
    draft = actions.file_for(draft, whom="other", by=by, at=MORNING)
    days = {"relation": "proxy", "authority_from": date(2026, 3, 1), "authority_until": None}
    return actions.save_owner(draft, by=by, at=MORNING, **LUA | other, **days)
