"""A filing that leaves nothing behind: everything said so far travels in the page itself."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError

from procedures import eforms, levels
from procedures.eforms.uploads import FileLeaf
from procedures.general_form import GENERAL
from procedures.models import (
    Channel,
    ChannelKind,
    Draft,
    ProcedureCase,
    ProcedureVersion,
    Requirement,
    RequirementOnline,
)
from procedures.records import normal, parts_of

Json = dict[str, Any]
SALT = "procedures.trial"


@dataclass
class Said:
    """What has been filled in. `files` are names: the bytes are looked at and forgotten."""

    case: str = ""
    answers: Json = field(default_factory=dict)
    files: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    papers: list[str] = field(default_factory=list)
    seed: int = 0

    def packed(self) -> str:
        return signing.dumps(asdict(self), salt=SALT, compress=True)

    @classmethod
    def unpacked(cls, text: str) -> "Said":
        try:
            return cls(**signing.loads(text, salt=SALT))
        except (signing.BadSignature, TypeError):
            return cls()


class Trial:
    """The draft as if it were in force, with unsaved rows."""

    def __init__(self, draft: Draft, said: Said) -> None:
        self.draft, self.said = draft, said
        self.record = normal(draft.record)[0]
        self.definition: Json = draft.eform or GENERAL
        self.parts = parts_of(self.record, ProcedureVersion(procedure=draft.procedure))

    @property
    def case(self) -> ProcedureCase | None:
        cases = self.parts.cases
        chosen = next((case for case in cases if case.key == self.said.case), None)
        return chosen or (cases[0] if len(cases) == 1 else None)

    @property
    def needs(self) -> list[Requirement]:
        """Papers that would be asked as files."""
        if self.case is None:
            return []
        wanted = self.case.requirements.all()
        return [n for n in wanted if n.online == RequirementOnline.UPLOAD and not n.is_note]

    @property
    def channel(self) -> Channel | None:
        ways = self.parts.channels
        online = (way for way in ways if way.kind == ChannelKind.ONLINE)
        return next(online, ways[0] if ways else None)

    def sections(self) -> list[Any]:
        return eforms.visible_sections(self.definition, self.said.answers)

    def after(self, key: str) -> str:
        """The next section to fill, "" after the last."""
        keys = [section.key for section in self.sections()]
        if key not in keys:
            return keys[0] if keys and not key else ""
        at = keys.index(key) + 1
        return keys[at] if at < len(keys) else ""

    def before(self, key: str) -> str:
        keys = [section.key for section in self.sections()]
        return keys[keys.index(key) - 1] if key in keys[1:] else ""

    def form(self, key: str, data: Any = None, files: Any = None) -> eforms.EForm:
        walk = eforms.parse(self.definition).walk()
        given = {n.key: self.said.files.get(n.key, []) for _, n in walk if n.type == "file"}
        return eforms.build_form(
            self.definition,
            data=data,
            files=files,
            initial_answers=self.said.answers,
            sections=[key],
            existing_files=given,
        )

    def take(self, key: str, data: Any, files: Any) -> eforms.EForm:
        """The section as sent; valid or not, what was typed is kept in `said`."""
        sent = self.form(key, data, files)
        refused = self._take_files(sent)
        form = self.form(key, data)
        changed = form.handle_structure_buttons()
        typed = form.partial_answers()
        rest = {k: v for k, v in self.said.answers.items() if k not in form.asked_keys}
        self.said.answers = rest | {k: v for k, v in typed.items() if k in form.asked_keys}
        if not changed:
            for name, sentence in refused:
                form.refuse(name, sentence)
        return form

    def _take_files(self, sent: eforms.EForm) -> list[tuple[str, str]]:
        refused = []
        for key in sent.existing_files:
            kept = set(sent.kept_files(key))
            papers = [one for one in sent.given_files(key) if one["id"] in kept]
            for upload in sent.file_fields().get(key, ()):
                leaf = sent.leaf(key)
                try:
                    leaf.clean([upload])
                    if isinstance(leaf, FileLeaf) and len(papers) >= leaf.max_files:
                        raise ValidationError(leaf.too_many())
                except ValidationError as error:
                    refused.append((key, error.messages[0]))
                    continue
                papers.append({"id": f"thu-{len(papers)}-{upload.name}", "name": upload.name})
            if key in sent.asked_keys:
                self.said.files[key] = papers
        return refused

    def problems(self) -> list[tuple[str, str]]:
        """(section to go back to, "giay-to" or "", sentence) of what would keep it from being
        received, in the order of the pages."""
        found = []
        if self.case is None:
            found.append(("", "Chưa chọn trường hợp."))
        for key, sentence in eforms.problems(self.definition, self.said.answers):
            found.append((eforms.section_of(self.definition, key), sentence))
        missing = [n for n in self.needs if n.mandatory and n.key not in self.said.papers]
        found += [("giay-to", f"Thiếu giấy tờ: {need.name}") for need in missing]
        return found

    def hindrances(self) -> list[str]:
        """What the filler cannot mend: the draft itself does not let anybody file."""
        level = self.record["level"]
        found = []
        if level is None or not levels.offer(level).file_online:
            found.append("Mức độ dịch vụ của bản soạn không cho nộp trực tuyến.")
        found += [f"Biểu mẫu: {one}" for one in eforms.check_definition(self.definition)]
        return found

    def fees(self) -> list[Any]:
        return list(self.channel.fees.all()) if self.channel else []
