from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "dossiers"
    verbose_name = "Hồ sơ"

    def ready(self) -> None:
        from dossiers import deadlines, measures
        from dossiers.views import rehearsal
        from portal.lib import slots

        slots.register("agency.calendar", deadlines.calendar_of, queries=1)
        slots.register("draft.review", rehearsal.draft_card, queries=1)
        slots.register("procedure.facts", measures.fact, queries=1)
