"""Questions and answers at their places on a procedure's page.

published_for(procedure, cases)   what everybody reads, in one query
personal_parts(text)              what looks like somebody's data in a text
"""

from .asked import PAGE_LIMIT, PLACE_LIMIT, Asked, published_for
from .personal import personal_parts
from .readers import reader_mark

__all__ = ["PAGE_LIMIT", "PLACE_LIMIT", "Asked", "personal_parts", "published_for", "reader_mark"]
