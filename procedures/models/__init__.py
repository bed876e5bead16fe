from procedures.models.catalogue import LifeEvent, Procedure, Sector, Service
from procedures.models.changes import CatalogueChange
from procedures.models.drafts import (
    OPEN_DRAFTS,
    Draft,
    DraftChange,
    DraftEvent,
    DraftKind,
    DraftState,
    DraftStep,
)
from procedures.models.files import CatalogueFile, FilePurpose
from procedures.models.handouts import Handout, HandoutKind
from procedures.models.parts import (
    Channel,
    ChannelKind,
    Collected,
    Fee,
    FeeKind,
    LegalBasis,
    ProcedureCase,
    Requirement,
    RequirementOnline,
    ResultType,
    Step,
    TimeUnit,
)
from procedures.models.questions import Helped, Question, QuestionState
from procedures.models.version import AdditionPolicy, ProcedureVersion, VersionState

__all__ = [
    "OPEN_DRAFTS",
    "AdditionPolicy",
    "CatalogueChange",
    "CatalogueFile",
    "Channel",
    "ChannelKind",
    "Collected",
    "Draft",
    "DraftChange",
    "DraftEvent",
    "DraftKind",
    "DraftState",
    "DraftStep",
    "Fee",
    "FeeKind",
    "FilePurpose",
    "Handout",
    "HandoutKind",
    "Helped",
    "LegalBasis",
    "LifeEvent",
    "Procedure",
    "ProcedureCase",
    "ProcedureVersion",
    "Question",
    "QuestionState",
    "Requirement",
    "RequirementOnline",
    "ResultType",
    "Sector",
    "Service",
    "Step",
    "TimeUnit",
    "VersionState",
]
