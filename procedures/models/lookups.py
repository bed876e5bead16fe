"""Lookups that say the same on both databases."""

import re
from typing import Any

from django.db.models import Lookup, TextField

from portal.lib.text import fold

MOST_WORDS = 12


def words_of(text: str) -> list[str]:
    """Folded words and codes ("1.001193"), without what stands between them."""
    return re.findall(r"[0-9]+(?:\.[0-9]+)+|[^\W_]+", fold(text))


@TextField.register_lookup
class HasWords(Lookup):
    """`search_fold__has_words="khai sin"`: every word of the text begins a word of the column.
    PostgreSQL answers from the GIN index procedure_words, which is on this very expression."""

    lookup_name = "has_words"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        words = words_of(str(self.rhs))[:MOST_WORDS]
        if not words:
            return "1 = 1", ()
        if connection.vendor == "postgresql":
            query = " & ".join(f"{word}:*" for word in words)
            found = f"to_tsvector('simple', {column}) @@ to_tsquery('simple', %s)"
            return found, (*params, query)
        one = f"instr(' ' || {column}, %s) > 0"
        return " AND ".join([one] * len(words)), tuple(
            value for word in words for value in (*params, f" {word}")
        )
