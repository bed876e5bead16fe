"""What catalogue pages show, put together from a fixed number of queries."""

from procedures.files import files_of
from procedures.pages.desks import Desk
from procedures.pages.estimates import seconds_of, time_to_file
from procedures.pages.page import ProcedurePage, page_from, page_of, page_of_record
from procedures.pages.rows import Row, fee_words, main_channel, row_of, time_words

__all__ = [
    "Desk",
    "ProcedurePage",
    "Row",
    "fee_words",
    "files_of",
    "main_channel",
    "time_to_file",
    "seconds_of",
    "page_from",
    "page_of",
    "page_of_record",
    "row_of",
    "time_words",
]
