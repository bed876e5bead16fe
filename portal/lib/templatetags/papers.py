"""What templates of papers need: {% load papers %}."""

from django import template

from portal.lib.qr import qr_png_data_uri

register = template.Library()
register.filter("qr_png", qr_png_data_uri)


@register.filter
def dots(value: object) -> object:
    """`value`, or the dotted line of a form that is filled in by hand."""
    return value if value not in (None, "") else "………………"
