"""The indexes that lists of dossiers are read from: each queue of dossiers.queues is one range."""

from django.db import models
from django.db.models import F, Q

from dossiers.models.who import ReturnMethod
from dossiers.workflow import AT_WORK, IN_OFFICE, PUT_DOWN, Status

# Worked on by the deciding agency, and lying at the one-stop desk of another.
AWAY = Q(worked_by__isnull=False) & ~Q(desk_agency=F("deciding_agency"))
# Asked back by the citizen: the deciding agency answers, and so may the desk that received it.
WISHED = Q(status=Status.WITHDRAWING) & ~Q(desk_agency=F("receiving_agency"))

INDEXES = [
    models.Index(fields=["desk_agency", "status", "queue_at", "id"], name="dossier_queue"),
    # Additions lie in two queues: waiting for the citizen, waiting for the desk.
    models.Index(
        fields=["desk_agency", "additions_answered", "queue_at", "id"],
        condition=Q(status=Status.ADDITIONS),
        name="dossier_queue_additions",
    ),
    models.Index(
        fields=["heard_at", "id"],
        condition=Q(silence_told_at=None, status__in=IN_OFFICE),
        name="dossier_silent",
    ),
    models.Index(
        fields=["desk_agency", "nudged_at", "id"],
        condition=Q(nudge_waits=True),
        name="dossier_nudged",
    ),
    models.Index(fields=["submitter", "-id"], name="dossier_submitter"),
    models.Index(fields=["owner", "-id"], name="dossier_owner"),
    models.Index(
        fields=["organisation", "-id"],
        condition=Q(organisation__isnull=False),
        name="dossier_organisation",
    ),
    models.Index(
        fields=["assisted_by", "-id"],
        condition=Q(assisted_by__isnull=False),
        name="dossier_assisted",
    ),
    models.Index(fields=["status", "return_method", "id"], name="dossier_return"),
    # The register of a desk, and what it took in over a time (dossiers.register, reports).
    models.Index(
        fields=["receiving_agency", "accepted_at", "id"],
        condition=Q(accepted_at__isnull=False),
        name="dossier_register",
    ),
    # Figures of a period (reports): each stamp once, and what is not finished.
    *(
        models.Index(
            fields=[f"{stamp}_at"],
            condition=Q(**{f"{stamp}_at__isnull": False}),
            name=f"dossier_{stamp}_at",
        )
        for stamp in ("accepted", "finished", "returned", "refused", "withdrawn")
    ),
    models.Index(
        fields=["accepted_at"],
        condition=Q(accepted_at__isnull=False, finished_at=None, refused_at=None),
        name="dossier_unfinished",
    ),
    # Drafts nobody touches any more.
    models.Index(
        fields=["updated_at"],
        condition=Q(status=Status.DRAFT),
        name="dossier_old_drafts",
    ),
    # Whose term runs out or has: over two statuses at once.
    models.Index(
        fields=["desk_agency", "queue_at", "id"],
        condition=Q(status__in=AT_WORK),
        name="dossier_queue_due",
    ),
    # What waits for a leader's consent, in whatever status.
    models.Index(
        fields=["desk_agency", "queue_at", "id"],
        condition=Q(proposal_waits=True),
        name="dossier_queue_proposals",
    ),
    # Results by the way they go back; who chose none comes to the desk.
    models.Index(
        fields=["desk_agency", "return_method", "queue_at", "id"],
        condition=Q(status=Status.FINISHED),
        name="dossier_queue_results",
    ),
    models.Index(
        fields=["desk_agency", "queue_at", "id"],
        condition=Q(status=Status.FINISHED, return_method__in=["", ReturnMethod.DESK]),
        name="dossier_queue_counter",
    ),
    models.Index(
        fields=["assignee", "status", "queue_at", "id"],
        condition=Q(assignee__isnull=False),
        name="dossier_mine",
    ),
    # What was put down: by who last worked on it, and by the agency that did and has it no more.
    *(
        models.Index(
            fields=[side, "status", "queue_at", "id"],
            condition=Q(**{f"{side}__isnull": False}, status__in=PUT_DOWN),
            name=f"dossier_{side}",
        )
        for side in ("received_by", "worked_by")
    ),
    models.Index(
        fields=["deciding_agency", "status", "queue_at", "id"],
        condition=AWAY & Q(status__in=PUT_DOWN),
        name="dossier_away",
    ),
    models.Index(
        fields=["receiving_agency", "queue_at", "id"], condition=WISHED, name="dossier_wished"
    ),
    # What dossiers.watching looks for, beside the queues.
    models.Index(
        fields=["desk_agency", "step_due_at"],
        condition=Q(status=Status.PROCESSING, step_due_at__isnull=False),
        name="dossier_step_due",
    ),
    models.Index(
        fields=["desk_agency", "finished_at"],
        condition=Q(status=Status.FINISHED),
        name="dossier_finished",
    ),
    # What an officer types into the search: the whole number only.
    *(
        models.Index(
            fields=[f"owner_{name}"],
            condition=~Q(**{f"owner_{name}": ""}),
            name=f"dossier_owner_{name[:5]}",
        )
        for name in ("citizen_id", "phone", "tax_code")
    ),
]
