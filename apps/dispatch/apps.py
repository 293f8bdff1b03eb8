from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "apps.dispatch"

    def ready(self) -> None:
        """What any document has is done on the paper's own page too."""
        from apps.dispatch.views.acting import show_deeds  # noqa: PLC0415 (models are there only now)
        from apps.documents.pages import register  # noqa: PLC0415

        register(show_deeds)
