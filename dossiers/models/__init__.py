from dossiers.models.addition import AdditionRound, Deficiency
from dossiers.models.batch import Batch, BatchRow, RowState, Work
from dossiers.models.consent import Consent, ConsentMethod
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
from dossiers.models.who import FiledFor, FiledHow, Relation
from dossiers.models.work import Proposal, ProposalKind, StepOutcome, StepRun

__all__ = [
    "AdditionRound",
    "Batch",
    "BatchRow",
    "CheckState",
    "ClockEntry",
    "ClockKind",
    "Consent",
    "ConsentMethod",
    "Counter",
    "Deficiency",
    "Dossier",
    "Event",
    "Message",
    "MessageFile",
    "FiledFor",
    "FiledHow",
    "NonWorkingDay",
    "Origin",
    "Paper",
    "ProcedureMeasure",
    "Proposal",
    "ProposalKind",
    "Relation",
    "Result",
    "ReturnMethod",
    "RowState",
    "Slip",
    "SlipKind",
    "StepOutcome",
    "StepRun",
    "Upload",
    "Work",
]
