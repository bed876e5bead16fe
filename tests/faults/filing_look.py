"""What filing left behind, as JSON on stdout: `… filing_look all|waiting`."""

import json
import sys
from collections import Counter as Tally
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.utils import timezone  # noqa: E402

from dossiers import sweeping  # noqa: E402
from dossiers.models import Counter, Dossier, Event, Paper, Slip  # noqa: E402
from dossiers.workflow import Status  # noqa: E402
from notices.models import Notice  # noqa: E402
from portal.lib import files  # noqa: E402


def look():
    filed = Dossier.objects.exclude(status=Status.DRAFT)
    numbers = sorted(int(code.rpartition("-")[2]) for code in filed.values_list("code", flat=True))
    taken = Counter.objects.filter(scope__startswith="code/").values_list("value", flat=True)
    events = Tally(Event.objects.filter(move="submit").values_list("dossier", flat=True))
    notices = Tally(Notice.objects.filter(kind="submitted").values_list("key", flat=True))
    return {
        "filed": {
            str(public_id): answers.get("ghi_chu", "")
            for public_id, answers in filed.values_list("public_id", "answers")
        },
        "codes_without_gap": numbers == list(range(1, sum(taken) + 1)),
        "drafts_with_code": Dossier.objects.filter(status=Status.DRAFT).exclude(code=None).count(),
        "one_event_each": set(events) == set(filed.values_list("pk", flat=True))
        and set(events.values()) <= {1},
        "one_notice_each": len(notices) == filed.count() and set(notices.values()) <= {1},
    }


def look_at_files():
    """After the sweep as it would run the day after tomorrow."""
    root = Path(files.private_storage().path(""))
    sweeping.remove_orphans(timezone.now() + timedelta(days=2))
    kept = {str(path.relative_to(root)) for path in (root / "papers").rglob("*") if path.is_file()}
    named = set(Paper.objects.exclude(stored_name="").values_list("stored_name", flat=True))
    return {"orphans": len(kept - named), "rows_without_file": len(named - kept)}


def waiting():
    return {
        "notices": Notice.objects.to_mail().filter(done_at=None).count(),
        "papers": Paper.objects.waiting().count(),
        "slips": Slip.objects.waiting().count(),
    }


if __name__ == "__main__":
    ways = {"all": lambda: look() | look_at_files(), "waiting": waiting}
    print(json.dumps(ways[sys.argv[1]]()))
