from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "apps.journal"

    def ready(self) -> None:
        from apps.journal.receivers import connect  # noqa: PLC0415 (models are loaded only now)

        connect()
