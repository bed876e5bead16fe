"""What catalogue pages show, put together from a fixed number of queries."""

from procedures.pages.estimates import minutes_to_file
from procedures.pages.page import Desk, ProcedurePage, page_from, page_of, page_of_record
from procedures.pages.rows import Row, fee_words, main_channel, row_of, time_words
from procedures.pages.ways import FeeLine, Way, ways_of

__all__ = [
    "Desk",
    "FeeLine",
    "ProcedurePage",
    "Row",
    "Way",
    "fee_words",
    "main_channel",
    "minutes_to_file",
    "page_from",
    "page_of",
    "page_of_record",
    "row_of",
    "time_words",
    "ways_of",
]
