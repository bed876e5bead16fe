"""Django's handle on the floor (it owns the rate limit table)."""

from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "portal.lib"
    label = "portal_lib"
    verbose_name = "Nền tảng"
    default_auto_field = "django.db.models.BigAutoField"
