"""Screenshots of the pages over the demo's data, at 320 and 1280 px (bin/shots)."""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.journeys import things
from tests.journeys.browser import ARGS, CHROMIUM, DESK, PHONE
from tests.journeys.server import Portal

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
    (things.BINH, "/tai-khoan/thong-tin/", ""),
    (things.LAN, "/mot-cua/", ""),
    (things.LAN, "/mot-cua/ho-so/", ""),
    (things.LAN, "/mot-cua/ho-so/", "table a >> nth=0"),
    (things.HUNG, "/mot-cua/ho-so/?hang=dang-xu-ly", "table a >> nth=0"),
    (things.LAN, "/mot-cua/so-theo-doi/", ""),
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
    word = re.sub(r"[^\w.]+", "-", path.split("?")[0]).strip("-") or "trang-chu"
    return f"{number:02}-{word}{'-mo' if link else ''}"


def take(browser, portal, folder, size):
    pages = {}
    for number, (who, path, link) in enumerate(OPEN, 1):
        if who not in pages:
            context = browser.new_context(
                base_url=portal.url, viewport=size, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
            )
            pages[who] = context.new_page()
            if who:
                sign_in(pages[who], who)
        page = pages[who]
        page.goto(path)
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
