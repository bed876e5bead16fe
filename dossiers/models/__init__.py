from dossiers.models.addition import AdditionRound, Deficiency
from dossiers.models.batch import Batch, BatchRow, RowState, Work
from dossiers.models.beside import Note, Opinion
from dossiers.models.bulk import Bulk, BulkKind, BulkRow, BulkState
from dossiers.models.consent import Consent, ConsentMethod
from dossiers.models.counter import Counter
from dossiers.models.desk import Colour, DossierLabel, Label, Looking, QueueColumns, SavedView
from dossiers.models.dossier import Dossier
from dossiers.models.ledger import AnchoredHead, ClockEntry, ClockKind, Event, LedgerAnchor
from dossiers.models.measure import ProcedureMeasure
from dossiers.models.message import Message, MessageFile
from dossiers.models.nonworking import NonWorkingDay
from dossiers.models.paper import CheckState, Origin, Paper
from dossiers.models.register import RegisterVolume, VolumeContent
from dossiers.models.result import Result
from dossiers.models.slip import Slip, SlipKind
from dossiers.models.upload import Upload
from dossiers.models.who import FiledFor, FiledHow, Relation, ReturnMethod
from dossiers.models.work import Proposal, ProposalKind, StepOutcome, StepRun

__all__ = [
    "AdditionRound",
    "AnchoredHead",
    "Batch",
    "BatchRow",
    "Bulk",
    "BulkKind",
    "BulkRow",
    "BulkState",
    "CheckState",
    "ClockEntry",
    "ClockKind",
    "Colour",
    "Consent",
    "ConsentMethod",
    "Counter",
    "Deficiency",
    "Dossier",
    "DossierLabel",
    "Event",
    "Label",
    "Looking",
    "LedgerAnchor",
    "Message",
    "MessageFile",
    "FiledFor",
    "FiledHow",
    "NonWorkingDay",
    "Note",
    "Opinion",
    "Origin",
    "Paper",
    "ProcedureMeasure",
    "Proposal",
    "ProposalKind",
    "QueueColumns",
    "RegisterVolume",
    "Relation",
    "Result",
    "ReturnMethod",
    "RowState",
    "SavedView",
    "Slip",
    "SlipKind",
    "StepOutcome",
    "StepRun",
    "Upload",
    "VolumeContent",
    "Work",
]
