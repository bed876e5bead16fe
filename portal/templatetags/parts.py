"""Template tags and filters every page may use (loaded as builtins)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from django import forms, template
from django.forms.formsets import BaseFormSet
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dossiers.workflow import Status
from portal.context import Facts, facts
from portal.lib.calendar import spoken
from portal.lib.codes import mask as mask_text
from portal.lib.limits import in_words
from portal.templatetags.looks import STATUS_LOOKS, deadline_look, moment

register = template.Library()
register.filter("gio_ngay", lambda value: moment(value) if value else "")
register.filter("gio_lam", spoken)


@cache
def _sprite() -> str:
    return static("img/icons.svg")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A picture from the sprite; without `label` it is hidden from screen readers."""
    said = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="icon" width="20" height="20" {}><use href="{}#{}"></use></svg>',
        SafeString(said),
        _sprite(),
        name,
    )


@register.simple_tag
def status_pill(status: int) -> SafeString:
    """A dossier's status (national code, 0 for a draft) as word, icon and colour."""
    look = STATUS_LOOKS[int(status)]
    return format_html(
        '<span class="pill pill--{}">{}{}</span>', look.tone, icon(look.icon), Status(status).label
    )


@register.simple_tag
def deadline_badge(
    due: datetime | None, now: datetime | None = None, running: bool = True
) -> SafeString:
    """How long is left until `due`; nothing when there is no due time."""
    look = deadline_look(due, now or timezone.now(), running=running)
    if look is None or due is None:
        return SafeString("")
    return format_html(
        '<span class="due due--{}">{}<span>{}<span class="visually-hidden"> (hạn {})</span>'
        "</span></span>",
        look.tone,
        icon(look.icon),
        look.text,
        moment(due),
    )


@register.filter
def dong(amount: int | Decimal | None) -> str:
    """`1.234.567 đ` with a space that does not break; empty for None."""
    if amount is None or amount == "":
        return ""
    return f"{int(amount):,}".replace(",", ".") + "\u00a0đ"


@register.simple_tag
def money(amount: int | Decimal | None) -> str:
    return dong(amount)


@register.filter
def ngay(value: date | datetime | None) -> str:
    """`06/03/2024`; a moment is first brought to local time."""
    if not value:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value:%d/%m/%Y}"


@register.filter
def khoang(seconds: int | None) -> str:
    return in_words(int(seconds or 0))


@register.filter
def mask(value: str, keep: int = 3) -> str:
    return mask_text(value, keep) if value else ""


@register.simple_tag
def portal_facts() -> Facts:
    return facts()


@register.simple_tag(takes_context=True)
def active_link(context: Context, name: str, *args: object, also: str = "") -> SafeString:
    """`aria-current` for a menu link: "page" on the page itself, "true" below it and on the page
    named `also`, which has no link of its own."""
    request = context.get("request")
    if request is None:
        return SafeString("")
    url = reverse(name, args=args)
    if request.path == url:
        return SafeString('aria-current="page"')
    inside = url != "/" and request.path.startswith(url)
    inside |= bool(also) and request.path == reverse(also)
    return SafeString('aria-current="true"' if inside else "")


@register.inclusion_tag("parts/error_summary.html")
def error_summary(*forms_: forms.BaseForm | BaseFormSet) -> dict[str, object]:
    """All errors of the given forms and form sets, each linked to its field."""
    return {"errors": [error for form in forms_ if form for error in _form_errors(form)]}


@register.inclusion_tag("parts/field_list.html")
def field_list(rows: Iterable[tuple[str, ...]], css: str = "") -> dict[str, object]:
    """A summary list. A row is (label, value) or (label, value, address of "Sửa")."""
    cells = [(row[0], row[1], row[2] if len(row) > 2 else "") for row in rows]
    return {"rows": cells, "css": css}


@register.inclusion_tag("parts/stepper.html")
def stepper(step: int, steps: int, title: str, next_title: str = "") -> dict[str, object]:
    """ "Bước 2/5" with the page's h1 and the next step's name; it is no menu."""
    numbers = range(1, steps + 1)
    return {
        "step": step, "steps": steps, "title": title, "next_title": next_title, "numbers": numbers,
    }  # fmt: skip


def _form_errors(form: forms.BaseForm | BaseFormSet) -> Iterator[tuple[str, str]]:
    """Pairs (id of the control or "", sentence)."""
    if isinstance(form, BaseFormSet):
        yield from (("", str(message)) for message in form.non_form_errors())
        for member in form.forms:
            yield from _form_errors(member)
        return
    for name, messages in form.errors.items():
        target = _control_id(form[name]) if name in form.fields else ""
        yield from ((target, str(message)) for message in messages)


def _control_id(field: forms.BoundField) -> str:
    """The id a link can jump to: a group of choices is named by its first control."""
    if field.is_hidden:
        return ""
    widget_id = field.field.widget.attrs.get("id") or field.auto_id
    return str(field.id_for_label or (f"{widget_id}_0" if widget_id else ""))
