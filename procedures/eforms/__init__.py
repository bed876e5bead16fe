"""E-forms: a procedure's form is data; this package checks it, asks it and reads it back.

check_definition(definition)            problems that keep it from being published
build_form(definition, data=…, …)       an EForm for `{% crispy form %}`
prefill · drop_hidden · missing · problems · visible_sections · section_of
rows(definition, answers)               for people, drawn by templates/eforms/rows.html
"""

from .answers import drop_hidden, missing, problems, section_of, visible_sections
from .builder import EForm, build_form
from .definition import DefinitionInvalid, count_fields, parse
from .prefill import prefill
from .rows import Row, SectionRows, rows
from .schema import check_definition

__all__ = [
    "DefinitionInvalid",
    "EForm",
    "Row",
    "SectionRows",
    "build_form",
    "check_definition",
    "count_fields",
    "drop_hidden",
    "missing",
    "parse",
    "prefill",
    "problems",
    "rows",
    "section_of",
    "visible_sections",
]
