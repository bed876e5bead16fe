"""What public pages show was changed: drop the kept ones."""

from django.db import transaction

from portal.lib import publicpages


def changed() -> None:
    """Call inside the transaction that changes what catalogue pages show."""
    transaction.on_commit(publicpages.forget)
