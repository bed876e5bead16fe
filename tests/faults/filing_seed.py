"""Drafts that lack only their papers, and their signed-in owners, as JSON on stdout:
`python -m tests.faults.filing_seed CITIZENS DRAFTS_EACH`."""

import json
import sys

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks.people import signed_in  # noqa: E402
from dossiers.actions import drafts as drafting  # noqa: E402
from dossiers.models import Dossier, ReturnMethod  # noqa: E402
from tests import factories  # noqa: E402

PASSWORD = "mot-cua-lien-thong"


def main(citizens, drafts):
    call_command("migrate", verbosity=0)
    service, told = factories.a_service(), []
    drafting.DRAFTS = drafts + 1  # nobody keeps that many: they stand for as many people
    hashed = make_password(PASSWORD)
    for number in range(citizens):
        who, _ = User.objects.get_or_create(
            email=f"nguoi{number}@example.vn",
            defaults={
                "full_name": f"Nông Thị Thử {number}",
                "phone": f"0912{number:06d}",
                "citizen_id": f"020090{number:06d}",
                "auth_level": 1,
                "password": hashed,
            },
        )
        made = [whole_but_papers(who, service) for _ in range(drafts)]
        told.append({"email": who.email, "headers": signed_in(who), "drafts": made})
    print(json.dumps(told))


def whole_but_papers(who, service):
    draft = factories.a_draft(who, service)
    Dossier.objects.filter(pk=draft.pk).update(
        owner_address="Số 5, khu Nam Quan, xã Đồng Đăng, tỉnh Lạng Sơn",
        answers=factories.SMALL_ANSWERS,
        return_method=ReturnMethod.DESK,
    )
    needs = draft.case.requirements.filter(online="upload")
    return {"id": str(draft.public_id), "needs": list(needs.values_list("pk", flat=True))}


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
