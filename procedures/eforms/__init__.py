"""E-forms: a procedure's form is data; this package checks it, asks it and reads it back.

check_definition(definition)            problems that keep it from being published
build_form(definition, data=…, …)       an EForm for `{% crispy form %}`
prefill · told · drop_hidden · hidden_keys · missing · problems · visible_sections · section_of
pages(definition, most)                 sections asked together
rows(definition, answers)               for people, drawn by templates/eforms/rows.html
in_words(node, value)                   one answer on a line
as_data(definition, answers)            as a browser would send them
file_rules(node)                        kinds and number of a question's files
"""

from .answers import (
    as_data,
    drop_hidden,
    hidden_keys,
    missing,
    problems,
    section_of,
    visible_sections,
)
from .builder import EForm, build_form
from .definition import DefinitionInvalid, count_fields, parse
from .nodes import Definition, Node
from .paging import pages
from .prefill import prefill, told
from .rows import Row, SectionRows, in_words, rows
from .schema import check_definition
from .timing import typing_seconds
from .uploads import file_rules

__all__ = [
    "Definition",
    "DefinitionInvalid",
    "EForm",
    "Node",
    "Row",
    "SectionRows",
    "as_data",
    "build_form",
    "check_definition",
    "count_fields",
    "drop_hidden",
    "file_rules",
    "hidden_keys",
    "in_words",
    "missing",
    "pages",
    "parse",
    "prefill",
    "problems",
    "rows",
    "section_of",
    "told",
    "typing_seconds",
    "visible_sections",
]
