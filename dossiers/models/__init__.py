from dossiers.models.addition import AdditionRound, Deficiency
from dossiers.models.counter import Counter
from dossiers.models.dossier import Dossier, ReturnMethod
from dossiers.models.ledger import ClockEntry, ClockKind, Event
from dossiers.models.measure import ProcedureMeasure
from dossiers.models.message import Message, MessageFile
from dossiers.models.nonworking import NonWorkingDay
from dossiers.models.paper import CheckState, Origin, Paper
from dossiers.models.result import Result
from dossiers.models.slip import Slip, SlipKind
from dossiers.models.upload import Upload

__all__ = [
    "AdditionRound",
    "CheckState",
    "ClockEntry",
    "ClockKind",
    "Counter",
    "Deficiency",
    "Dossier",
    "Event",
    "Message",
    "MessageFile",
    "NonWorkingDay",
    "Origin",
    "Paper",
    "ProcedureMeasure",
    "Result",
    "ReturnMethod",
    "Slip",
    "SlipKind",
    "Upload",
]
