from procedures.models.catalogue import LifeEvent, Procedure, Sector, Service
from procedures.models.parts import (
    Channel,
    ChannelKind,
    Fee,
    LegalBasis,
    ProcedureCase,
    Requirement,
    RequirementOnline,
    ResultType,
    Step,
    TimeUnit,
)
from procedures.models.version import ProcedureVersion, VersionState

__all__ = [
    "Channel",
    "ChannelKind",
    "Fee",
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
