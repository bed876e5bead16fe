"""Questions about registering a birth: one waits, one waits to be moderated, two are public."""

from datetime import datetime, timedelta

from accounts.models import User
from portal.demo.accounts import BINH, CUC, HOA, LAN
from procedures.actions import questions as actions
from procedures.models import Procedure, Question

CODE = "1.001193"
PAPER = {"case_key": "thong-thuong", "requirement_key": "giay-chung-sinh"}


def load_questions(people: dict[str, User], *, now: datetime) -> int:
    """Make them once. How many are new."""
    procedure = Procedure.objects.published().filter(code=CODE).first()
    if procedure is None or Question.objects.exists():
        return 0
    binh, hoa, lan, cuc = (people[one.email] for one in (BINH, HOA, LAN, CUC))
    week, day = now - timedelta(days=7), now - timedelta(days=1)

    def asked(text: str, by: User, at: datetime, answer: str = "", **place: str) -> Question:
        found = actions.ask(procedure, text=text, by=by, at=at, **place)
        return actions.answer(found, text=answer, by=lan, at=at) if answer else found

    copy = asked(
        "Bệnh viện chỉ đưa bản giấy giấy chứng sinh, chụp bằng điện thoại rồi gửi có được không ạ?",
        hoa,
        week,
        "Được. Chị chụp rõ cả bốn góc, đọc được số và dấu; khi đến nhận giấy khai sinh thì mang "
        "bản giấy để cán bộ đối chiếu.",
        **PAPER,
    )
    grandmother = asked(
        "Bà ngoại đi khai sinh thay cho mẹ cháu thì cần thêm giấy gì?",
        binh,
        week,
        "Ông, bà đi thay không cần văn bản ủy quyền có chứng thực, nhưng phải thống nhất với cha "
        "mẹ cháu về nội dung khai.",
    )
    asked("Cháu sinh ở Hà Nội, tôi nộp ở xã Đồng Đăng có được không?", hoa, day)
    asked(
        "Tên đệm của cháu ghi sai trên giấy chứng sinh thì làm thế nào?",
        binh,
        day,
        "Anh đề nghị cơ sở y tế cấp lại giấy chứng sinh trước khi nộp hồ sơ.",
        **PAPER,
    )
    for one in (copy, grandmother):
        words = one.answer.replace("Chị chụp", "Hãy chụp")
        actions.publish_question(one, text=one.text, answer=words, by=cuc, at=day)
    return 4
