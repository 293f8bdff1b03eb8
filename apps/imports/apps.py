from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "apps.imports"

    def ready(self) -> None:
        from apps.imports.registry import find_targets  # noqa: PLC0415 (models are there only now)

        find_targets()
