"""Drafts that lack only their papers, each of another person who is signed in, and the logins of
people who are not, as JSON on stdout: `python -m tests.faults.filing_seed QUEUES DRAFTS_EACH`."""

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks.people import signed_in  # noqa: E402
from dossiers.models import Dossier, ReturnMethod  # noqa: E402
from tests import factories  # noqa: E402

GUESTS = 3


def main(queues, drafts):
    call_command("migrate", verbosity=0)
    service = factories.a_service()
    people = [a_citizen(number) for number in range(queues * drafts)]
    ready = [whole_but_papers(who, service) for who in people]
    logins = [str(a_guest(number).email) for number in range(GUESTS)]
    print(json.dumps({"queues": [ready[at::queues] for at in range(queues)], "guests": logins}))


def a_guest(number):
    return factories.a_person(f"Hoàng Thị Khách {number}", f"khach{number}@example.vn")


def a_citizen(number):
    return User.objects.create(
        email=f"nguoi{number}@example.vn",
        full_name=f"Nông Thị Thử {number}",
        phone=f"0912{number:06d}",
        citizen_id=f"020090{number:06d}",
        auth_level=1,
    )


def whole_but_papers(who, service):
    draft = factories.a_draft(who, service)
    Dossier.objects.filter(pk=draft.pk).update(
        owner_address="Số 5, khu Nam Quan, xã Đồng Đăng, tỉnh Lạng Sơn",
        answers=factories.SMALL_ANSWERS,
        return_method=ReturnMethod.DESK,
    )
    needs = draft.case.requirements.filter(online="upload")
    return {
        "id": str(draft.public_id),
        "needs": list(needs.values_list("pk", flat=True)),
        "headers": signed_in(who),
    }


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
