"""The smallest outbox table there can be, for processes that need nothing else."""

from portal.lib.outbox import OutboxQuerySet, OutboxRow


class Letter(OutboxRow):
    objects = OutboxQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        abstract = False
        app_label = "outbox_app"

    def __str__(self) -> str:
        return self.key
