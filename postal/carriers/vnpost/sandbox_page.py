"""The pretended post office's one page: what lies there, and buttons to move it on."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from postal.carriers.vnpost.sandbox_state import CODES, FINAL

BUTTONS = {
    "accepted": ("picked_up", "cancelled"),
    "picked_up": ("in_transit", "out_for_delivery", "delivered"),
    "in_transit": ("out_for_delivery", "delivered"),
    "out_for_delivery": ("delivered", "failed"),
    "failed": ("out_for_delivery", "returned"),
}
LABELS = {
    "picked_up": "Bưu tá đã lấy",
    "in_transit": "Đang vận chuyển",
    "out_for_delivery": "Đang đi phát",
    "delivered": "Đã phát",
    "failed": "Phát không thành công",
    "returned": "Chuyển hoàn",
    "cancelled": "Hủy đơn",
}
STYLE = """
body{font:17px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#1d2433}
h1{font-size:1.5rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.5rem;border-bottom:1px solid #d5dae3;vertical-align:top}
.note{background:#fff4d6;padding:.6rem 1rem;border-left:4px solid #a86200}
form{display:inline}button{font:inherit;padding:.35rem .8rem;margin:.15rem;border:1px solid #8a1f1f;
background:#fff;color:#8a1f1f;border-radius:.35rem;cursor:pointer}
form:first-of-type button{background:#a32424;color:#fff}.num{font-variant-numeric:tabular-nums}
"""


def page(rows: list[dict[str, Any]], stats: dict[str, int]) -> str:
    items = "".join(_row(row) for row in rows) or (
        '<tr><td colspan="4">Chưa có đơn nào. Khi một hồ sơ có kết quả trả qua bưu chính, '
        "đơn sẽ hiện ở đây sau vài giây.</td></tr>"
    )
    return f"""<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Bưu điện giả lập</title><link rel="stylesheet" href="/style.css"></head><body>
<h1>Bưu điện giả lập</h1>
<p class="note">Trang này đóng vai bưu điện để dùng thử. Không có bưu gửi nào là thật.</p>
<p class="num">{stats["orders"]} đơn · {stats["physical"]} bưu gửi ·
{stats["doubled"]} gửi trùng</p>
<table><thead><tr><th scope="col">Đơn</th><th scope="col">Người nhận</th>
<th scope="col">Trạng thái</th><th scope="col">Bước tiếp theo</th></tr></thead>
<tbody>{items}</tbody></table></body></html>"""


def _row(row: dict[str, Any]) -> str:
    body = json.loads(row["body"])
    buttons = "".join(_button(row["order_number"], to) for to in BUTTONS.get(row["stage"], ()))
    if row["stage"] in FINAL:
        buttons = "Đã kết thúc"
    return (
        f'<tr><td class="num">{escape(row["order_number"])}<br>{escape(row["tracking_no"])}</td>'
        f"<td>{escape(str(body['ReceiverName']))}<br>{escape(str(body['ReceiverAddress']))}</td>"
        f"<td>{escape(CODES[row['stage']][1])}</td><td>{buttons}</td></tr>"
    )


def _button(number: str, to: str) -> str:
    return (
        f'<form method="post" action="/advance"><input type="hidden" name="number" '
        f'value="{escape(number)}"><input type="hidden" name="to" value="{to}">'
        f"<button>{LABELS[to]}</button></form>"
    )
