"""An editor at the desk of one draft's e-form, for tests: plain POSTs, as without scripts."""

from html.parser import HTMLParser

from django.urls import reverse

from procedures import actions
from procedures.eforms import outline
from tests.factories import MORNING
from tests.procedures.eform_samples import fields_of
from tests.procedures.records import a_record
from tests.procedures.test_eform_editing import text

FORM = fields_of(text("a"), text("b"), text("c", show_if={"field": "a", "filled": True}))


class Desk:
    """One editor at one draft's e-form."""

    def __init__(self, client, draft):
        self.client, self.draft = client, draft

    def at(self, name="", *keys):
        return reverse(f"editor-eform{name}", args=[self.draft.pk, *keys])

    def get(self, name="", *keys, **query):
        answer = self.client.get(self.at(name, *keys), query)
        assert answer.status_code == 200
        return answer.content.decode()

    def send(self, button, name="", *keys, script=False, **data):
        """As from a page opened now."""
        return self.send_from(self.seen(), button, name, *keys, script=script, **data)

    def seen(self):
        self.draft.refresh_from_db()
        change = self.draft.changes.get(number=self.draft.step)
        return {"revision": self.draft.revision, "goc": change.pk}

    def send_from(self, seen, button, name="", *keys, script=False, **data):
        headers = {"X-Requested-With": "fetch"} if script else {}
        body = {**seen, "viec": button, **data}
        return self.client.post(self.at(name, *keys), body, headers=headers)

    def form(self):
        self.draft.refresh_from_db()
        return self.draft.eform

    def spec(self, key):
        return outline.specs_of(self.form())[key]

    def keys(self):
        return list(outline.specs_of(self.form()))


def a_desk(client, user, eform=None, **record):
    draft = actions.new_draft(a_record(**record), by=user, at=MORNING, eform=eform)
    client.force_login(user)
    return Desk(client, draft)


def controls(html):
    """What a browser would send back of the panel's form if nothing were changed."""

    class Reader(HTMLParser):
        data, inside, area, select = {}, False, None, None

        def handle_starttag(self, tag, attrs):
            attrs = dict(attrs)
            if tag == "form":
                self.inside = attrs.get("id") == "ef-o"
            name = attrs.get("name")
            if not self.inside:
                return
            if tag == "input" and name and name != "csrfmiddlewaretoken":
                if attrs.get("type") not in ("checkbox", "radio") or "checked" in attrs:
                    other = "on" if attrs.get("type") == "checkbox" else ""
                    self.data.setdefault(name, []).append(attrs.get("value", other))
            if tag == "textarea":
                self.area = name
                self.data.setdefault(name, []).append("")
            if tag == "select":
                self.select = name
            if tag == "option" and self.select and "selected" in attrs:
                self.data.setdefault(self.select, []).append(attrs["value"])

        def handle_data(self, content):
            if self.area:
                self.data[self.area][-1] += content

        def handle_endtag(self, tag):
            if tag == "textarea":
                self.data[self.area][-1] = self.data[self.area][-1].removeprefix("\n")
                self.area = None
            if tag == "form":
                self.inside = False

    reader = Reader()
    reader.data = {}
    reader.feed(html)
    return reader.data


def edited(desk, key, button="luu", **data):
    sent = controls(desk.get("-field", key)) | {"viec": button} | data
    return desk.client.post(desk.at("-field", key), sent)
