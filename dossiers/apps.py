from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "dossiers"
    verbose_name = "Hồ sơ"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from dossiers import counting, deadlines, kept, measures, trial
        from dossiers.views import rehearsal
        from portal.lib import slots

        user_logged_in.connect(kept.take_over, dispatch_uid="dossiers.take_over")
        slots.register("agency.calendar", deadlines.calendar_of, queries=1)
        slots.register("draft.due", trial.due_of_draft, queries=4)
        slots.register("draft.review", rehearsal.draft_card, queries=1)
        slots.register("procedure.open_dossiers", counting.open_of_procedure, queries=1)
        slots.register("service.open_dossiers", counting.open_of_service, queries=1)
        slots.register("procedure.facts", measures.fact, queries=1)
