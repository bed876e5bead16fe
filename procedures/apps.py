from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = "Thủ tục hành chính"

    def ready(self) -> None:
        from django.db.models.signals import post_save

        from accounts.models import Agency
        from procedures import stamps

        post_save.connect(stamps.agency_changed, sender=Agency)
