from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "apps.dispatch"

    def ready(self) -> None:
        """What any document has is done on the paper's own page too; the file holds what is known here of a paper."""
        from apps.dispatch.filing import more_of  # noqa: PLC0415 (models are there only now)
        from apps.dispatch.views.acting import show_deeds  # noqa: PLC0415
        from apps.documents import packing, pages  # noqa: PLC0415

        pages.register(show_deeds)
        packing.register(more_of)
