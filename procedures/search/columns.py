"""What search keeps beside a procedure; whoever publishes calls `describe`."""

from collections.abc import Iterable, Mapping
from typing import Any

from procedures import levels
from procedures.models import ChannelKind, Procedure
from procedures.models.lookups import words_of

SUMMARY = 600  # characters of the summary that are searched


def describe(procedure: Procedure, record: Mapping[str, Any]) -> None:
    """Set `search_fold` and `facts` from a record; does not save. Needs name and sector set."""
    procedure.search_fold = search_text(procedure, record["keywords"])
    procedure.facts = {
        "keywords": list(record["keywords"]),
        "more": _more(record),
        "audiences": list(record["audiences"]),
        "level": record["level"],
        "online": levels.offer(record["level"]).file_online,
        "free": is_free(record["channels"]),
    }


def search_text(procedure: Procedure, keywords: Iterable[str]) -> str:
    texts = [procedure.code, procedure.name, procedure.sector.name, *keywords]
    return " ".join(words_of(" ".join(texts)))


def _more(record: Mapping[str, Any]) -> str:
    """Words that say what the procedure is about without naming it: they weigh little."""
    results = [row["name"] for row in record["result_types"]]
    return " · ".join([record["summary"][:SUMMARY], *results])[: 2 * SUMMARY]


def is_free(channels: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the way most people go (online, else the first) costs nothing for sure: a fee
    that only its note names is no free one."""
    ways = list(channels)
    online = [way for way in ways if way["kind"] == ChannelKind.ONLINE]
    main = next(iter(online or ways), None)
    return main is not None and all(fee["amount"] == 0 for fee in main["fees"])
