from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "apps.documents"

    def ready(self) -> None:
        """A unit's part may wait for the answer to a paper, and no unit is asked again about one that has ended; who
        instructed hears what came of it; what the virus scanner refuses is not found any more.
        """
        from apps.assignments.causes import register  # noqa: PLC0415 (models are there only now)
        from apps.assignments.managers import keep  # noqa: PLC0415
        from apps.assignments.subjects import register as register_subject  # noqa: PLC0415
        from apps.documents.assigned import who_instructed, why_over  # noqa: PLC0415
        from apps.documents.managers import sent_out  # noqa: PLC0415
        from apps.documents.models import Document  # noqa: PLC0415
        from apps.documents.receivers import connect  # noqa: PLC0415

        register(Document, sent_out)
        keep(Document)
        register_subject(Document, why_over=why_over, hearers=who_instructed)
        connect()
