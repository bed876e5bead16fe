"""Who does what: the roles of one-stop staff, each with the sentence that explains it."""

from dataclasses import dataclass

from django.db import models


class Role(models.TextChoices):
    RECEPTION = "reception", "Tiếp nhận và trả kết quả"
    SPECIALIST = "specialist", "Chuyên viên thụ lý"
    LEADER = "leader", "Lãnh đạo"
    CLERK = "clerk", "Văn thư"
    CASHIER = "cashier", "Thu phí, lệ phí"
    POSTAL = "postal", "Bưu chính công ích"
    CATALOGUE = "catalogue", "Biên tập thủ tục"
    MANAGER = "manager", "Quản lý, theo dõi"
    SYSADMIN = "sysadmin", "Quản trị hệ thống"


@dataclass(frozen=True, slots=True)
class RoleCard:
    """What a role may do, in one sentence, and whether it opens the dossier desk."""

    sentence: str
    works_on_dossiers: bool


CARDS: dict[str, RoleCard] = {
    Role.RECEPTION: RoleCard("Tiếp nhận, yêu cầu bổ sung, chuyển xử lý và trả kết quả.", True),
    Role.SPECIALIST: RoleCard("Thẩm định hồ sơ và dự thảo kết quả.", True),
    Role.LEADER: RoleCard("Phê duyệt và ký kết quả.", True),
    Role.CLERK: RoleCard("Vào số, phát hành kết quả.", True),
    Role.CASHIER: RoleCard("Thu phí, lệ phí và ghi nhận biên lai.", True),
    Role.POSTAL: RoleCard("Đóng gói, bàn giao cho bưu điện và theo dõi bưu gửi.", True),
    Role.CATALOGUE: RoleCard("Soạn và công bố thủ tục.", False),
    Role.MANAGER: RoleCard("Xem số liệu của cơ quan.", False),
    Role.SYSADMIN: RoleCard("Quản trị danh mục và đặt lại hạn xử lý.", True),
}
