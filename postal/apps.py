from django.apps import AppConfig


class PostalConfig(AppConfig):
    name = "postal"
    verbose_name = "Bưu chính"

    def ready(self) -> None:
        from portal.lib import slots
        from postal import checks, pages, policies, receivers  # noqa: F401  (checks registers itself)

        receivers.connect()
        slots.register("dossier.timeline", pages.on_the_timeline, queries=2)
        slots.register("dossier.return_hindrance", policies.hinders_return, queries=1)
        slots.register("dossier.brought", policies.brought_by_post, queries=1)
        slots.register("filing.costs", pages.postage, queries=1)
        slots.register("start.costs", pages.postage_ahead, queries=2)
