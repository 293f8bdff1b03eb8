from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "apps.documents"

    def ready(self) -> None:
        """A unit's part may wait for the answer to a paper; what the virus scanner refuses is not found any more."""
        from apps.assignments.causes import register  # noqa: PLC0415 (models are there only now)
        from apps.assignments.managers import keep  # noqa: PLC0415
        from apps.documents.managers import sent_out  # noqa: PLC0415
        from apps.documents.models import Document  # noqa: PLC0415
        from apps.documents.receivers import connect  # noqa: PLC0415

        register(Document, sent_out)
        keep(Document)
        connect()
