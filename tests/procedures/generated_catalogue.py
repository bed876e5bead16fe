"""A made-up catalogue in the shape of procedures_460.jsonl: seeded, any size, with the extremes
of the issue (20 cases, 100 documents, names of 8,000 characters, repeated channels, fees that
only a note names). Places and persons are invented; codes begin with 9."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ACTS = ("Cấp", "Cấp lại", "Cấp đổi", "Gia hạn", "Thu hồi", "Đăng ký", "Xác nhận", "Công nhận",
        "Phê duyệt", "Thẩm định", "Chấm dứt", "Điều chỉnh")  # fmt: skip
THINGS = ("giấy phép nuôi trâu", "chứng chỉ hành nghề đan lát", "quyền sử dụng bến thuyền",
          "thẻ người kể chuyện", "giấy chứng nhận vườn quế", "danh hiệu làng nghề",
          "kế hoạch trồng hồi", "hợp đồng thuê chợ phiên", "trợ cấp người giữ rừng",
          "đề án du lịch bản Mây")  # fmt: skip
FIELDS = ("Chăn nuôi", "Làng nghề", "Bến bãi", "Văn hóa cơ sở", "Lâm nghiệp", "Chợ phiên",
          "Hỗ trợ xã hội", "Du lịch cộng đồng")  # fmt: skip
MINISTRIES = ("Bộ Bản làng", "Bộ Nghề truyền thống", "Bộ Sông suối")
AGENCIES = ("Ủy ban nhân dân cấp xã", "Sở Nông nghiệp và Môi trường", "Công an cấp xã",
            "Chủ tịch Ủy ban nhân dân cấp tỉnh", "Hội đồng bản Mây")  # fmt: skip
AUDIENCES = ("Công dân Việt Nam", "Doanh nghiệp", "Hợp tác xã", "Người nước ngoài")
PAPERS = ("Tờ khai theo mẫu", "Bản sao giấy tờ tùy thân", "Giấy ủy quyền", "Sơ đồ khu đất",
          "Biên bản họp bản", "Ảnh chân dung", "Bản cam kết", "Phương án hoạt động")  # fmt: skip
WORDS = ("người nộp hồ sơ chuẩn bị giấy tờ theo quy định và gửi đến nơi tiếp nhận cơ quan xem xét "
         "trong thời hạn trả kết quả bằng văn bản nêu rõ lý do khi từ chối bản sao chứng thực kèm "
         "bản chính để đối chiếu").split()  # fmt: skip
FEES = (
    ("free", 0, "VND"),
    ("see_note", 0, "VND"),
    ("amount", 50_000, "VND"),
    ("amount", 20, "USD"),
)
UNITS = (("working_day", "Ngày làm việc"), ("day", "Ngày"), ("hour", "Giờ"), (None, ""))


def records(count: int, seed: int = 2026) -> Iterator[dict[str, Any]]:
    """`count` records, always the same ones; every 500th is one of the extremes."""
    for i in range(count):
        chance = random.Random(f"{seed}/{i}")
        yield _extreme(i, chance) if i % 500 == 7 else _usual(i, chance)


def write(path: Path, count: int, seed: int = 2026) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for record in records(count, seed):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


def _usual(i: int, chance: random.Random) -> dict[str, Any]:
    name = f"{chance.choice(ACTS)} {chance.choice(THINGS)}"
    online = chance.random() < 0.8
    kinds = (["online"] if online else []) + chance.sample(("direct", "postal"), 2)
    cases = 1 if chance.random() < 0.75 else chance.randint(2, 6)
    return {
        "code": f"9.{i:06d}",
        "name": f"{name} ({_text(chance, 6)})",
        "field": chance.choice(FIELDS),
        "issuing_agency": chance.choice(MINISTRIES),
        "executing_agencies": chance.sample(AGENCIES, chance.choice((1, 1, 1, 2))),
        "authority_agency": chance.choice(("", *AGENCIES)),
        "coordinating_agency": "",
        "levels": [chance.choice(("ministry", "province", "commune", "commune"))],
        "decision_no": f"{chance.randint(1, 4000)}/QĐ-BBL",
        "kind": chance.choice(("", "TTHC được luật giao quy định chi tiết", "Loại khác")),
        "steps": [
            f"Bước {n}: {_text(chance, chance.randint(20, 120))}."
            for n in range(1, chance.randint(2, 6))
        ],
        "channels": [_channel(kind, chance) for kind in kinds],
        "cases": [
            _case(n, chance.randint(3, 9), chance) if cases > 1 else _case(0, 6, chance)
            for n in range(1, cases + 1)
        ],
        "applicants": chance.sample(AUDIENCES, chance.randint(1, 3)),
        "results": [{"name": f"Quyết định {name.lower()}", "code": f"KQ.{i:06d}"}],
        "legal_basis": [
            {
                "code": f"{n}/202{chance.randint(0, 5)}/NĐ-BM",
                "name": f"Nghị định {_text(chance, 25)}",
            }
            for n in chance.sample(range(1, 300), chance.randint(1, 8))
        ],
        "conditions": _text(chance, chance.choice((0, 12, 80))),
        "receiving_address": "",
        "online": online,
        "postal": True,
        "online_filing_open": online,
        "level_floor": 3 if online else 2,
        "source": {"url": f"https://vi-du.example/thu-tuc/{i}", "as_of": "2026-07"},
    }


def _extreme(i: int, chance: random.Random) -> dict[str, Any]:
    """More of everything than the real catalogue has; still to be taken whole."""
    record = _usual(i, chance)
    record["name"] = _long(chance, 8000)
    record["cases"] = [_case(n, 5, chance) for n in range(1, 25)]
    record["cases"][0]["documents"] = [_paper(n, chance) for n in range(1, 101)]
    record["cases"][1]["documents"][0]["name"] = _long(chance, 8000)
    record["channels"] = [
        _channel(kind, chance) for kind in ("online", "direct", "direct", "direct", "postal")
    ]
    record["steps"] = [_long(chance, 15_000)]
    return record


def _case(number: int, papers: int, chance: random.Random) -> dict[str, Any]:
    name = f"* Trường hợp {number}: {_text(chance, 8)}" if number else ""
    return {"case": name, "documents": [_paper(n, chance) for n in range(1, papers + 1)]}


def _paper(number: int, chance: random.Random) -> dict[str, Any]:
    note = chance.random() < 0.2
    form = chance.random() < 0.3
    return {
        "name": f"{chance.choice(PAPERS)} số {number}: {_text(chance, chance.randint(5, 40))}",
        "form_files": [f"Mau-{number:02d}.docx"] if form else [],
        "original": 0 if note else 1,
        "copies": chance.choice((0, 0, 1)),
        "is_note": note,
    }


def _channel(kind: str, chance: random.Random) -> dict[str, Any]:
    unit, words = chance.choice(UNITS)
    time = chance.choice((1, 3, 5, 15)) if unit or chance.random() < 0.5 else None
    fee, amount, currency = chance.choice(FEES)
    note = "" if fee == "free" else f"Mức thu theo nghị quyết của Hội đồng bản {_text(chance, 9)}."
    return {
        "channel": kind,
        "time": time,
        "time_unit": unit,
        "time_text": f"{time} {words}".strip() if time else "",
        "fees": [{"amount": amount, "currency": currency, "note": note, "kind": fee}],
        "description": _text(chance, 30),
    }


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words))


def _long(chance: random.Random, characters: int) -> str:
    return _text(chance, characters // 3)[:characters].strip()
