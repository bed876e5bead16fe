"""Screenshots of the pages over the demo's data, at 320 and 1280 px (bin/shots)."""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.journeys import things
from tests.journeys.browser import ARGS, CHROMIUM, DESK, PHONE
from tests.journeys.server import Portal

HOA, NGAN = "hoa@example.vn", "ngan@example.vn"
# Dossiers of the demo that pages are shown of: their numbers are new each time it is loaded.
SHOWN = """
from dossiers.models import Dossier
binh = Dossier.objects.filter(submitter__email="binh@example.vn")
print("draft", binh.filter(status=0).last().public_id)
print("asked", binh.filter(status=5).last().public_id)
print("new", Dossier.objects.filter(status=1, procedure__code="1.004873").last().public_id)
print("work", Dossier.objects.filter(status=4, proposal_waits=False).last().public_id)
print("drafted", Dossier.objects.filter(proposal_waits=True).last().public_id)
"""
# (who, page, a link on it to follow to the page that is meant: a CSS selector)
OPEN = [
    ("", "/", ""),
    ("", "/thu-tuc/?q=khai+sinh", ""),
    ("", "/thu-tuc/1.001193/", ""),
    ("", "/tra-cuu/", ""),
    ("", "/tro-giup/", ""),
    ("", "/tai-khoan/dang-nhap/", ""),
    ("", "/tai-khoan/dang-ky/", ""),
    ("", "/khong-co-trang-nay/", ""),
    ("", "/thu-da-gui/", ""),
    (things.BINH, "/ho-so/", ""),
    (things.BINH, "/ho-so/", "table a >> nth=0"),
    (things.BINH, "/ho-so/", "table a >> nth=3"),
    (things.BINH, "/hop-thu/", ""),
    (things.BINH, "/ho-so/nop/1.001193/", ""),
    (HOA, "/ho-so/nop/1.001193/", ""),
    (things.BINH, "/ho-so/{draft}/nguoi-nop/", ""),
    (things.BINH, "/ho-so/{draft}/to-khai/", ""),
    (things.BINH, "/ho-so/{draft}/giay-to/", ""),
    (things.BINH, "/ho-so/{draft}/nhan-ket-qua/", ""),
    (things.BINH, "/ho-so/{draft}/kiem-tra/", ""),
    (things.BINH, "/ho-so/{draft}/lam-tiep/", ""),
    (things.BINH, "/ho-so/{draft}/nhieu-ho-so/", ""),
    (things.BINH, "/ho-so/{asked}/", ""),
    (things.BINH, "/ho-so/{asked}/bo-sung/", ""),
    (things.BINH, "/tai-khoan/thong-tin/", ""),
    (things.LAN, "/mot-cua/", ""),
    (things.LAN, "/mot-cua/ho-so/", ""),
    (things.LAN, "/mot-cua/ho-so/", "table a >> nth=0"),
    (things.HUNG, "/mot-cua/ho-so/?hang=dang-xu-ly", "table a >> nth=0"),
    (things.LAN, "/mot-cua/ho-so/{new}/yeu-cau-bo-sung/", ""),
    (things.LAN, "/mot-cua/ho-so/{new}/giao-viec/", ""),
    (things.LAN, "/mot-cua/ban-giao/", ""),
    (things.LAN, "/mot-cua/so-theo-doi/", ""),
    (NGAN, "/mot-cua/ton-dong/", ""),
    (things.HUNG, "/mot-cua/", ""),
    (things.HUNG, "/mot-cua/ton-dong/", ""),
    (things.HUNG, "/mot-cua/cho-thong-qua/", ""),
    (things.HUNG, "/mot-cua/ho-so/{work}/", ""),
    (things.HUNG, "/mot-cua/ho-so/{drafted}/du-thao/", ""),
    (things.HUNG, "/bao-cao/", ""),
    (things.HUNG, "/bao-cao/danh-sach/?so=open", ""),
    (things.MAI, "/buu-chinh/", ""),
    (things.MAI, "/buu-chinh/", "table a >> nth=0"),
]


def sign_in(page, email):
    page.goto("/tai-khoan/dang-nhap/")
    page.get_by_label("Thư điện tử hoặc số điện thoại").fill(email)
    page.get_by_label("Mật khẩu").fill(things.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()


def label(number, path, link):
    word = re.sub(r"[^\w.]+", "-", path.partition("?")[0]).strip("-") or "trang-chu"
    return f"{number:02}-{word}{'-mo' if link else ''}"


def take(browser, portal, folder, size):
    pages, shown = {}, dict(line.split() for line in portal.shell(SHOWN).splitlines())
    for number, (who, path, link) in enumerate(OPEN, 1):
        if who not in pages:
            context = browser.new_context(
                base_url=portal.url, viewport=size, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
            )
            pages[who] = context.new_page()
            if who:
                sign_in(pages[who], who)
        page = pages[who]
        page.goto(path.format(**shown))
        if link:
            page.locator(link).click()
            page.wait_for_load_state("load")
        name = f"{label(number, path, link)}-{size['width']}.png"
        page.screenshot(path=folder / name, full_page=True)
        print(folder / name)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        portal = Portal(Path(place))
        try:
            portal.start()
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
            for size in (PHONE, DESK):
                take(browser, portal, folder, size)
            browser.close()
        finally:
            portal.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
