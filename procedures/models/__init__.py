from procedures.models.catalogue import LifeEvent, Procedure, Sector, Service
from procedures.models.drafts import OPEN_DRAFTS, Draft, DraftChange, DraftKind, DraftState
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
from procedures.models.version import AdditionPolicy, ProcedureVersion, VersionState

__all__ = [
    "OPEN_DRAFTS",
    "AdditionPolicy",
    "Channel",
    "ChannelKind",
    "Collected",
    "Draft",
    "DraftChange",
    "DraftKind",
    "DraftState",
    "Fee",
    "FeeKind",
    "LegalBasis",
    "LifeEvent",
    "Procedure",
    "ProcedureCase",
    "ProcedureVersion",
    "Requirement",
    "RequirementOnline",
    "ResultType",
    "Sector",
    "Service",
    "Step",
    "TimeUnit",
    "VersionState",
]
