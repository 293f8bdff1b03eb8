"""Sheets that are to be drawn, whatever the hour and the day."""

import pytest

from apps.dispatch.enums import SheetState
from apps.dispatch.jobs import draw_sheet, sweep
from apps.dispatch.models import Sheet
from tests.dispatch import factories as desk
from tests.dispatch.factories import moment
from tests.jobs.moments import freeze

pytestmark = pytest.mark.django_db


def test_a_sheet_is_drawn_at_any_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the night of a holiday too; again draws nothing anew."""
    night = moment(1, 3, month=10)
    freeze(monkeypatch, night)
    desk.draft(desk.office(), at=night)
    waiting = Sheet.objects.get(state=SheetState.WAITING)
    sweep()
    drawn = Sheet.objects.get(pk=waiting.pk)
    assert drawn.state == SheetState.READY
    draw_sheet(waiting.pk)
    assert Sheet.objects.get(pk=waiting.pk).made_at == drawn.made_at
