from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "apps.documents"

    def ready(self) -> None:
        from apps.documents.receivers import connect  # noqa: PLC0415 (models are loaded only now)

        connect()
