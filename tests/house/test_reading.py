"""Reading changes nothing: every page, as each role, over the demo's data."""

import uuid

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from dossiers.models import Dossier, Paper, Result, Slip
from notices.models import Notice
from portal.demo import accounts
from portal.lib.models import Hit
from postal.models import Parcel
from procedures.models import Draft, Question, Service
from procedures.views.editor.draft_steps import STEPS
from tests.house.test_routes import ours

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# Written by the machinery around a page, not by the page.
AROUND = {Session, Hit}
PEOPLE = [None, accounts.BINH, accounts.HOA, accounts.LAN, accounts.HUNG, accounts.MAI,
          accounts.CUC]  # fmt: skip
OFFICERS = (accounts.LAN, accounts.HUNG, accounts.MAI)
CITIZEN = [name for path, name, _ in ours() if path.startswith("ho-so/<uuid")
           and path.count("<") == 1]  # fmt: skip
OFFICER = [name for path, name, _ in ours() if path.startswith("mot-cua/ho-so/<uuid")
           and path.count("<") == 1]  # fmt: skip
DRAFT = [name for path, name, _ in ours() if path.startswith("quan-tri/ban-soan/<int:pk>/")
         and path.count("<") == 1]  # fmt: skip
DESK = [name for path, name, _ in ours() if path.startswith("buu-chinh/<uuid")]
ASKED = [name for path, name, _ in ours() if "hoi-dap/<uuid" in path]


@pytest.fixture(scope="module", autouse=True)
def private_files(tmp_path_factory):
    """In place of the one for each test: the demo is loaded once for all of this module."""
    folder = tmp_path_factory.mktemp("demo")
    place = {"location": str(folder / "private"), "base_url": None}
    backend = "django.core.files.storage.FileSystemStorage"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "VAR_DIR", folder)
        patch.setattr(settings, "PRIVATE_ROOT", folder / "private")
        patch.setattr(settings, "EMAIL_FILE_PATH", folder / "mail")
        stores = settings.STORAGES | {"default": {"BACKEND": backend, "OPTIONS": place}}
        patch.setattr(settings, "STORAGES", stores)
        yield


@pytest.fixture(scope="module")
def demo(private_files, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", verbosity=0)
        yield
        transaction.set_rollback(True)


def one_of_each_state():
    """Dossiers of different states and owners, so that each page has something to show."""
    seen = {}
    for dossier in Dossier.objects.order_by("pk"):
        seen.setdefault((dossier.status, dossier.submitter_id), dossier)
    return list(seen.values())


def of_interest(rows, person, *workers):
    """All of them to those whose work they are; anybody else is refused at the first already."""
    rows = list(rows)
    return rows if person in workers else rows[:1]


def dossier_addresses(person):
    """Citizens open what is theirs, officers one of each status, everybody every page of one."""
    seen = set()
    for dossier in one_of_each_state():
        mine = person is not None and dossier.submitter.email == person.email
        fresh = dossier.status not in seen and person in OFFICERS
        names = (CITIZEN if mine or not seen else []) + (OFFICER if fresh or not seen else [])
        seen.add(dossier.status)
        for name in names:
            if name != "filing-eform":
                yield reverse(name, args=[dossier.public_id])


def addresses(person):
    yield from (reverse(name) for path, name, _ in ours() if "<" not in path)
    yield from (f"{reverse('officer-queue')}?hang={key}" for key in ("tiep-nhan", "cho-tra"))
    yield from (reverse("procedure", args=[code]) for code in ("1.001193", "2.000004"))
    yield reverse("start-filing", args=["1.001193"])
    for draft in of_interest(Draft.objects.order_by("pk"), person, accounts.CUC):
        yield from (reverse(name, args=[draft.pk]) for name in DRAFT)
        yield from (reverse("editor-draft-step", args=[draft.pk, step]) for step in STEPS)
        yield reverse("editor-procedure", args=[draft.code])
        yield reverse("versions", args=[draft.code])
        for section in (draft.eform or {}).get("sections", ())[:2]:
            yield reverse("editor-eform-section", args=[draft.pk, section["key"]])
            for spec in section["fields"][:4]:
                yield reverse("editor-eform-field", args=[draft.pk, spec["key"]])
    yield reverse("version-diff", args=["2.000815", 1, 2])
    yield reverse("editor-services-of", args=["1.001193"])
    yield reverse("editor-service", args=[Service.objects.order_by("pk")[0].pk])
    yield from dossier_addresses(person)
    for parcel in of_interest(Parcel.objects.order_by("pk"), person, accounts.MAI):
        yield from (reverse(name, args=[parcel.public_id]) for name in DESK)
    for model, name in ((Slip, "slip"), (Result, "result"), (Paper, "paper")):
        for row in model.objects.order_by("pk")[:6]:
            yield reverse(name, args=[row.public_id])
    for notice in Notice.objects.order_by("pk")[:8]:
        yield reverse("notice", args=[notice.pk])
        yield reverse("notice-open", args=[notice.pk])
    for name in ("procedure-questions", "ask-question"):
        yield reverse(name, args=["1.001193"])
    for question in Question.objects.all():
        yield from (reverse(name, args=[question.public_id]) for name in ASKED)
    for draft in of_interest(Draft.objects.order_by("pk"), person, accounts.CUC):
        yield reverse("editor-rehearsal", args=[draft.pk])
    yield f"{reverse('days-rehearsal')}?nghi=30/4/2027"
    yield reverse("dossier", args=[uuid.uuid4()])


def rows():
    """Every row of every table of ours and Django's, as it is."""
    models = [model for model in apps.get_models() if model not in AROUND]
    return {
        model._meta.label: hash(tuple(map(repr, model._base_manager.order_by("pk").values_list())))
        for model in models
        if model._meta.managed and model._meta.label != "outbox_app.Row"
    }


def differences(before, after):
    return [label for label in before if before[label] != after[label]]


@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.email if p else "signed out")
def test_opening_every_page_writes_nothing_and_breaks_nothing(demo, person):
    client = Client(raise_request_exception=False)
    if person:
        client.force_login(User.objects.get(email=person.email))
    before, broken, opened = rows(), [], 0
    for address in addresses(person):
        answer = client.get(address)
        opened += answer.status_code == 200
        if answer.status_code >= 500 and answer.status_code != 503:
            broken.append((address, answer.status_code))
        if answer.streaming:
            answer.close()
    assert broken == []
    assert differences(before, rows()) == []
    assert opened >= (12 if person is None else 20)


def test_the_admin_opens_every_list_and_every_form_of_its_tables(demo):
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(email=accounts.ADMIN.email))
    before, broken = rows(), []
    for model in admin_models():
        list_page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        pages = [list_page, f"{list_page}?q=a"]
        if first := model._base_manager.first():
            pages.append(f"{list_page}{first.pk}/change/")
        broken += [(page, client.get(page).status_code) for page in pages]
    assert broken and [row for row in broken if row[1] != 200] == []
    assert differences(before, rows()) == []


def admin_models():
    from django.contrib import admin

    return list(admin.site._registry)


def test_the_comparison_notices_one_changed_letter(demo):
    before = rows()
    User.objects.filter(email=accounts.HOA.email).update(street="Số 21, đường Phai Vệ")
    assert differences(before, rows()) == ["accounts.User"]
