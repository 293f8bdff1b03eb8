"""Work behind the pages: papers are set."""

from celery import shared_task

from apps.core.clock import now


@shared_task(name="dispatch.draw_sheet")
def draw_sheet(sheet_id: int) -> None:
    """One paper, right after it was asked for."""
    from apps.dispatch.services.sheets import draw_sheet as draw

    draw(sheet_id, at=now())


@shared_task(name="dispatch.sweep")
def sweep() -> None:
    """Every few minutes: papers that no worker heard of, or that a dead one left."""
    from apps.dispatch.services.sheets import draw_waiting_sheets

    draw_waiting_sheets(at=now())
