"""Draws an EForm: crispy asks this layout object, which asks one template per kind of question.

Ids follow the names: `id_<name>` the control, `_hint`, `_unit`, `_error` what describes it.
"""

import json
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe

from .conditions import sentence
from .fields import Leaf
from .nodes import Node
from .uploads import FileLeaf

if TYPE_CHECKING:
    from .builder import EForm

PLACEHOLDER = "__i__"  # the row number in a <template>; eform.js puts the real one in


class PageLayout(LayoutObject):
    """The only layout object of an e-form: sections, questions, blocks and tables in order."""

    def __init__(self) -> None:
        self.fields: list[Any] = []

    def render(
        self, form: "EForm", context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        return Drawing(form).page()


def _render(template: str, **context: Any) -> SafeString:
    return mark_safe(get_template(f"eforms/{template}.html").render(context))


def _joined(parts: list[SafeString]) -> SafeString:
    return mark_safe("".join(parts))


def wards_url() -> str:
    try:
        return reverse("places-wards")
    except NoReverseMatch:
        return "/danh-muc/xa/"


class Drawing:
    """One rendering of one form."""

    def __init__(self, form: "EForm") -> None:
        self.form = form
        self.errors = form.errors if form.is_bound else {}
        self.prefix = f"{form.prefix}-" if form.prefix else ""

    def page(self) -> SafeString:
        sections = self.form.page()
        kinds = {node.type for _, _, nodes in sections for node, _ in nodes}
        return _render(
            "form",
            sections=[
                {
                    "section": section,
                    "html_id": f"id_{self.prefix}{section.key}_section",
                    "body": _joined([self.node(node, left) for node, left in nodes]),
                    **self.when(left_of_section),
                }
                for section, left_of_section, nodes in sections
            ],
            # Enter in a text box presses the first button of a form: not one that adds a row.
            has_buttons=bool(kinds & {"table", "address", "person", "organisation"})
            or bool(self.form.drawn),
            wards_url=wards_url(),
            prefix=self.prefix,
        )

    def when(self, condition: Any) -> dict[str, Any]:
        """What the browser needs to show and hide, and the same in words without scripts."""
        if isinstance(condition, bool):
            return {}
        words = sentence(condition, self.form.definition.nodes)
        return {"show_if": json.dumps(condition, ensure_ascii=False), "when": words}

    def node(self, node: Node, condition: Any) -> SafeString:
        if node.is_text:
            body = _render("text", node=node)
        else:
            body = self.question(node, node.key)
        return _render("node", node=node, body=body, **self.when(condition))

    def question(self, node: Node, name: str, level: int = 0) -> SafeString:
        if name in self.form.drawn:
            return mark_safe(self.form.drawn[name])
        if node.is_table:
            return self.table(node, name)
        if node.is_group:
            return self.group(node, name, level)
        return self.leaf(node, name, self.form.leaf(name), self.form.raw(name))

    def group(self, node: Node, name: str, level: int) -> SafeString:
        parts = [self.question(part, f"{name}-{part.key}", level + 1) for part in node.parts]
        return _render(
            "group",
            node=node,
            html_id=self.html_id(name),
            optional=not node.required,
            is_address=node.type == "address",
            body=_joined(parts),
            reload_name=f"{self.prefix}_reload",
            reload_value=name,
        )

    def table(self, node: Node, name: str) -> SafeString:
        rows = self.form.rows[name]
        return _render(
            "table",
            node=node,
            html_id=self.html_id(name),
            optional=not node.first_rows,
            errors=self.errors.get(name, ()),
            rows=[self.row(node, name, row, str(i)) for i, row in enumerate(rows, 1)],
            blank=self.row(node, name, PLACEHOLDER, ""),
            add_name=f"{self.prefix}_add__{name}",
            row_label=node.spec.get("row_label", "Dòng"),
            full=len(rows) >= node.max_rows,
            focused=self.form.focus == f"{name}-add",
        )

    def row(self, node: Node, name: str, row: str, number: str) -> SafeString:
        cells = []
        for part in node.parts:
            inner = f"{name}-{row}-{part.key}"
            if row == PLACEHOLDER:
                cells.append(self.leaf(part, inner, self.form.make_leaf(part, inner), ""))
            else:
                cells.append(self.question(part, inner))
        return _render(
            "row",
            node=node,
            number=number,
            row=row,
            marker_name=f"{self.prefix}{name}-rows",
            remove_name=f"{self.prefix}_remove__{name}__{row}",
            row_label=node.spec.get("row_label", "Dòng"),
            body=_joined(cells),
        )

    def html_id(self, name: str) -> str:
        return f"id_{self.prefix}{name}"

    def leaf(self, node: Node, name: str, field: Leaf, value: Any) -> SafeString:
        own_id, errors = self.html_id(name), self.errors.get(name, ())
        hint = " ".join(filter(None, [node.help, _extra_hint(field)]))
        unit = getattr(field, "unit", "")
        described = [f"{own_id}_hint"] * bool(hint) + [f"{own_id}_unit"] * bool(unit)
        described += [f"{own_id}_error"] * bool(errors)
        attrs: dict[str, Any] = {"id": own_id, "class": field.widget.css}
        if errors:
            attrs["class"] += " is-invalid"
        if not field.fieldset:
            attrs |= {"aria-describedby": " ".join(described)} if described else {}
            attrs |= {"aria-invalid": "true"} if errors else {}
            attrs |= {"autocomplete": token} if (token := autocomplete(node)) else {}
        if self.form.focus and self.form.focus == name:
            attrs["autofocus"] = True
        return _render(
            "field",
            node=node,
            html_id=own_id,
            described=" ".join(described),
            fieldset=field.fieldset,
            control=field.widget.render(f"{self.prefix}{name}", value, attrs),
            hint=hint,
            unit=unit,
            errors=errors,
            papers=self.papers(field),
            remove_name=f"{self.prefix}{name}-remove",
        )

    def papers(self, field: Leaf) -> list[dict[str, Any]]:
        """Papers given before, with a box to take each away."""
        if not isinstance(field, FileLeaf):
            return []
        kept = self.form.kept_files(field.node.key)
        return [
            paper | {"removed": str(paper["id"]) not in kept}
            for paper in self.form.given_files(field.node.key)
        ]


def _extra_hint(field: Leaf) -> str:
    return field.hint() if isinstance(field, FileLeaf) else ""


_OWN_DATA = {"phone": "tel", "email": "email"}
_PREFILLED = {
    "user.full_name": "name",
    "user.birth_date": "bday",
    "user.phone": "tel",
    "user.email": "email",
    "user.address": "address-line1",
}


def autocomplete(node: Node) -> str:
    """The token of WCAG 1.3.5, only where the question is about the person filling the form."""
    if not node.prefill:
        return ""
    token = node.spec.get("autocomplete") or _PREFILLED.get(node.prefill)
    return str(token or _OWN_DATA.get(node.type, ""))
