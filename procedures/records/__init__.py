"""Catalogue records: a procedure's whole content as one JSON object.

Drafts, imports, exports and differences are about records; a published version is a record
laid out in tables (`build`), and `record_of(version)` reads it back, equal to the last comma.

normal(data)            the record in its normal form, and what is wrong with its shape
missing_of(record)      what keeps it from being published
advice_of(record)       what a careful editor would still add
differences(one, two)   field by field, in words
"""

from .building import Parts, parts_of, save_parts
from .checks import Problem, advice_of, missing_of
from .diff import Change, differences
from .reading import digest_of, record_of
from .shape import LIST_LIMIT, RECORD, normal

__all__ = [
    "LIST_LIMIT",
    "RECORD",
    "Change",
    "Parts",
    "Problem",
    "advice_of",
    "differences",
    "digest_of",
    "missing_of",
    "normal",
    "parts_of",
    "record_of",
    "save_parts",
]
