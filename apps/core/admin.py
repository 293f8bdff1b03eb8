"""Calendars to read: `manage.py load_calendar_year` is what changes them, so that promised deadlines stay explained."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from apps.core.models import Calendar, CalendarDay, CalendarVersion, CalendarYear


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Calendar)
class CalendarAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "time_zone")


@admin.register(CalendarVersion)
class CalendarVersionAdmin(ReadOnlyAdmin):
    list_display = ("calendar", "number", "created_at")
    list_filter = ("calendar",)


@admin.register(CalendarYear)
class CalendarYearAdmin(ReadOnlyAdmin):
    list_display = ("year", "version", "source", "provisional")
    list_filter = ("version", "provisional")


@admin.register(CalendarDay)
class CalendarDayAdmin(ReadOnlyAdmin):
    list_display = ("day", "is_working", "name", "version")
    list_filter = ("version",)
    date_hierarchy = "day"
