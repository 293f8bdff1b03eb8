from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "apps.delivery"

    def ready(self) -> None:
        from apps.delivery.receivers import connect  # noqa: PLC0415 (models are loaded only now)

        connect()
