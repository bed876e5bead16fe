"""The words of each notice: what happened, what to do, nothing personal beyond the name."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from dossiers.actions.notices import SUBJECTS, readers
from dossiers.workflow import MOVES
from tests import factories
from tests.factories import MORNING

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.BASE_DIR) / "templates/notices/email"
# What the reader has to be told to do, by hand.
TO_DO = {
    "submitted": "Theo dõi hồ sơ: ",
    "accepted": "Xem giấy tiếp nhận và theo dõi hồ sơ: ",
    "refused": "Lý do và phiếu từ chối có tại: ",
    "additions": "Xem và bổ sung tại: ",
    "additions_complete": "Theo dõi hồ sơ: ",
    "withdrawal_asked": "Theo dõi tại: ",
    "withdrawal_declined": "Lý do có tại: ",
    "withdrawn": "Thông báo dừng giải quyết hồ sơ có tại: ",
    "additions_again": "Xem và bổ sung tại: ",
    "stopped": "Lý do và thông báo dừng giải quyết hồ sơ có tại: ",
    "goes_on": "Theo dõi hồ sơ: ",
    "ended": "Lý do và các phiếu có tại: ",
    "apology": "Lý do và văn bản xin lỗi có tại: ",
    "deadline_reset": "Lý do và cách tính hạn có tại: ",
    "result": "để nhận",
    "returned": "Xem lại hồ sơ: ",
    "silence": "bấm “Nhắc cơ quan” tại: ",
    "remind_additions": "Xem và gửi bổ sung tại: ",
    "message": "Đọc và trả lời tại: ",
}
NOT_OF_A_DOSSIER = {"consent"}
URL = "https://cong.vn/ho-so/x/"


def words(kind, dossier, **changed):
    for name, value in changed.items():
        setattr(dossier, name, value)
    event = SimpleNamespace(at=MORNING, seq=1, note="Hồ sơ đang ở Phòng Tư pháp.")
    context = {"dossier": dossier, "event": event, "url": URL}
    context["reader"] = readers(dossier)[0].name
    context["asked"] = SimpleNamespace(answer_due_at=MORNING)
    context["procedure_name"] = "Đăng ký khai sinh"
    return render_to_string(f"notices/email/{kind}.txt", context).strip()


def test_each_notice_has_its_words_and_its_subject():
    files = {path.stem for path in FOLDER.glob("*.txt")} - NOT_OF_A_DOSSIER
    assert files == set(SUBJECTS) == set(TO_DO)


def test_no_move_that_can_be_made_names_words_that_are_not_there():
    named = {move.notice for move in MOVES.values() if move.notice and move.built}
    assert named <= set(TO_DO)


@pytest.mark.parametrize("kind", TO_DO)
def test_it_greets_names_the_dossier_and_says_what_to_do(kind, filed):
    text = words(kind, filed)
    assert text.startswith("Kính gửi Ông/Bà Nguyễn Văn Bình,")
    assert filed.code in text and "“Đăng ký khai sinh”" in text
    assert TO_DO[kind] in text and URL in text


@pytest.mark.parametrize("kind", TO_DO)
@pytest.mark.parametrize("method", ["desk", "post", "online"])
def test_nothing_personal_beyond_the_name(kind, method, filed):
    text = words(kind, filed, return_method=method)
    for private in ("020090000123", "0912345678", "binh@example.vn", "Số 5", "Nguyễn Thị Ánh"):
        assert private not in text


@pytest.mark.parametrize("kind", TO_DO)
def test_a_dossier_without_a_due_time_leaves_no_gap(kind, filed):
    text = words(kind, filed, due_at=None, intake_due_at=None)
    assert "None" not in text and "\n\n\n" not in text and "  " not in text


@pytest.mark.parametrize("kind", TO_DO)
def test_a_name_is_put_in_as_it_is(kind, filed, binh):
    filed.submitter.full_name = "Y'Bih & {{ 7|add:7 }}"
    assert "Ông/Bà Y'Bih & {{ 7|add:7 }}," in words(kind, filed)


def test_a_subject_fits_and_carries_only_the_code():
    for subject in SUBJECTS.values():
        line = subject.format(code="000.01.15.H37-260310-0001")
        assert len(line) < 80 and "\n" not in line


def test_the_times_are_local(filed):
    assert "08:00 ngày 10/03/2026" in words("submitted", filed)
    assert factories.MORNING.utcoffset().total_seconds() == 7 * 3600
