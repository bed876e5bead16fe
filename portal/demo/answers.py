"""What the demo's people wrote in their forms."""

from typing import Any

from accounts.models import User


def address(user: User) -> dict[str, str]:
    assert user.ward
    return {"province": user.ward.province_id, "ward": user.ward.code, "detail": user.street}


def general(user: User, wish: str) -> dict[str, Any]:
    """For procedures without an e-form of their own."""
    return {
        "nguoi_nop": {
            "full_name": user.full_name,
            "birth_date": user.birth_date.isoformat() if user.birth_date else "",
            "citizen_id": user.citizen_id,
            "phone": user.phone,
            "email": user.email or "",
            "residence": address(user),
        },
        "de_nghi": wish,
    }


def birth(user: User, child: str) -> dict[str, Any]:
    """1.001193: `user` registers their child, born on 02/11/2025."""
    home = address(user)
    mother = user.sex == "female"
    return {
        "nguoi_yeu_cau": {
            "full_name": user.full_name,
            "birth_date": user.birth_date.isoformat() if user.birth_date else "",
            "citizen_id": user.citizen_id,
            "phone": user.phone,
            "email": user.email or "",
            "residence": home,
        },
        "quan_he": "me" if mother else "cha",
        "con_ho_ten": child,
        "con_ngay_sinh": "2025-11-02",
        "con_ngay_sinh_chu": "Ngày hai tháng mười một năm hai nghìn không trăm hai mươi lăm",
        "con_gioi_tinh": "female",
        "con_dan_toc": "Tày",
        "con_quoc_tich": "Việt Nam",
        "noi_sinh_loai": "co_so_y_te",
        "noi_sinh_co_so": "Bệnh viện Đa khoa tỉnh Lạng Sơn",
        "noi_sinh_dia_chi": {"province": "20", "ward": "05983", "detail": "Đại lộ Hùng Vương"},
        "que_quan": "Xã Đồng Đăng, tỉnh Lạng Sơn",
        "co_thong_tin_me": True,
        "co_thong_tin_cha": True,
        "nguoi_me": _parent(user.full_name if mother else "Hoàng Thị Thắm", home),
        "me_kieu_ngay_sinh": "du",
        "me_ngay_sinh": "1993-08-20",
        "nguoi_cha": _parent("Nông Văn Hiếu" if mother else user.full_name, home),
        "cha_kieu_ngay_sinh": "du",
        "cha_ngay_sinh": "1990-05-12",
        "cha_me_da_ket_hon": True,
        "ket_hon_so": "27/2019",
        "ket_hon_noi": "Ủy ban nhân dân xã Đồng Đăng",
        "ket_hon_ngay": "2019-10-12",
        "de_nghi_ban_sao": True,
        "so_luong_ban_sao": 2,
        "cam_doan": ["dung_su_that", "thoa_thuan", "trach_nhiem"],
    }


def _parent(name: str, home: dict[str, str]) -> dict[str, Any]:
    return {"full_name": name, "ethnicity": "Tày", "nationality": "Việt Nam", "residence": home}
