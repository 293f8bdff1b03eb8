"""Refusals are compared in the words of the sources; deadlines need the office's calendar."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from apps.core.calendar_years import create_office_calendar


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def office_calendar(db: None) -> None:
    create_office_calendar(code="office", years=[2026, 2027])
