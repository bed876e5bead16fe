"""An editor's pages as a browser without scripts has them."""

import re

from django.urls import reverse

from procedures.models import Draft


def address(draft, query=""):
    return reverse("editor-content", args=[draft.pk]) + query


def fields(page):
    """What a browser would send of the page's main form, by name."""
    html = page.content.decode().split('id="soan"')[1].split("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, kind = attribute(tag, "name"), attribute(tag, "type")
        if kind in ("checkbox", "radio"):
            if " checked" in tag:
                found.setdefault(name, []).append(attribute(tag, "value"))
        elif kind != "file" and name:
            found[name] = attribute(tag, "value")
    lines = r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>'
    for name, text in re.findall(lines, html, re.S):
        found[name] = plain(text)
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    return found


def attribute(tag, name):
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return plain(found[1]) if found else ""


def plain(text):
    for code, sign in (("&quot;", '"'), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(code, sign)
    return text.replace("&amp;", "&")


def send(browser, draft, query="", follow=True, order="luu", **changes):
    """Open the page, change some of its fields, press a button."""
    data = fields(browser.get(address(draft, query))) | {"viec": order}
    data |= {name.replace("__", "."): value for name, value in changes.items()}
    return browser.post(address(draft, query), data, follow=follow)


def now(draft):
    return Draft.objects.get(pk=draft.pk).record
