"""Trying a change on dossiers before it is made; nothing is written.

rehearse(draft)               what a draft would have done to the dossiers filed last
rehearse_days(added, removed) what other holidays would do to the due dates of open ones
"""

from .days import DaysRehearsal, rehearse_days
from .replay import LAST, MOST, rehearse
from .result import Rehearsal

__all__ = ["LAST", "MOST", "DaysRehearsal", "Rehearsal", "rehearse", "rehearse_days"]
