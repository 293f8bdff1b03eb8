from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "apps.journal"

    def ready(self) -> None:
        from apps.journal.listings import find_listings  # noqa: PLC0415 (models are loaded only now)
        from apps.journal.receivers import connect  # noqa: PLC0415

        connect()
        find_listings()
