from django.apps import AppConfig


class AssignmentsConfig(AppConfig):
    name = "apps.assignments"

    def ready(self) -> None:
        from apps.assignments.causes import register  # noqa: PLC0415 (models are there only now)
        from apps.assignments.managers import sent_notices  # noqa: PLC0415
        from apps.notices.models import Notice  # noqa: PLC0415

        register(Notice, sent_notices)
