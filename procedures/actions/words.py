"""The editors' list of words people use. Every change shows in the next search."""

from django.db import transaction

from procedures import stamps
from procedures.models import Synonym


@transaction.atomic
def save_synonym(synonym: Synonym) -> Synonym:
    """Add a pair or change one; the form has checked it."""
    synonym.save()
    stamps.changed()
    return synonym


@transaction.atomic
def remove_synonym(synonym: Synonym) -> None:
    synonym.delete()
    stamps.changed()
