"""A draft laid out as the version it would become, without saving a row."""

from dataclasses import dataclass, field

from dossiers.models import Dossier
from dossiers.rehearsal.changed_form import Narrowed, narrowed
from procedures import eforms
from procedures.general_form import definition_of
from procedures.models import Channel, ChannelKind, Draft, ProcedureCase, ProcedureVersion
from procedures.records import normal, parts_of
from procedures.records.building import version_fields


@dataclass(frozen=True, slots=True)
class Plan:
    """The draft as rows nobody saved: what a new version would say."""

    version: ProcedureVersion
    cases: dict[str, ProcedureCase]
    channels: list[Channel]
    returns: frozenset[str]
    problems: list[str]
    # By version: what of the draft's form differs from that version's.
    forms: dict[int, Narrowed] = field(default_factory=dict)

    def form_after(self, version: ProcedureVersion) -> Narrowed:
        if version.pk not in self.forms:
            before, after = definition_of(version), definition_of(self.version)
            self.forms[version.pk] = narrowed(after, before)
        return self.forms[version.pk]

    def channel(self, kind: str) -> Channel | None:
        """As filing chooses it: the same way, else online, else the first there is."""
        for wanted in (kind, ChannelKind.ONLINE):
            if found := [one for one in self.channels if one.kind == wanted]:
                return found[0]
        return next(iter(self.channels), None)

    def level(self, dossier: Dossier) -> int:
        """A service with a level of its own keeps it when a version is published."""
        own = dossier.service.level_reason
        return dossier.service.level if own else self.version.level


def plan_of(draft: Draft) -> Plan:
    """The draft's record and e-form laid out; `problems` are what keeps parts of it from
    being rehearsed."""
    record, problems = normal(draft.record)
    sentences = [str(problem) for problem in problems]
    if sentences:
        return Plan(ProcedureVersion(), {}, [], frozenset(), sentences)
    if draft.eform is not None:
        sentences = eforms.check_definition(draft.eform)
    version = ProcedureVersion(
        procedure=draft.procedure, eform=draft.eform, **version_fields(record)
    )
    parts = parts_of(record, version)
    named = frozenset(way for result in parts.result_types for way in result.returns)
    cases = {case.key: case for case in parts.cases}
    return Plan(version, cases, parts.channels, named, sentences)
