"""Notices, what people owe about them, and how they were told."""

from apps.notices.models.audiences import SavedAudience
from apps.notices.models.completeness import CheckRun, Completeness, MissingRow
from apps.notices.models.editions import Edition
from apps.notices.models.keeping import FileReport
from apps.notices.models.notice import Notice
from apps.notices.models.obligation import Obligation
from apps.notices.models.rounds import DailyReminder, EvidenceCursor, ReminderStep, Round, SecretaryLetter
from apps.notices.models.series import Occurrence, Series
from apps.notices.models.templates import NoticeTemplate, TemplateVersion

__all__ = [
    "CheckRun",
    "Completeness",
    "DailyReminder",
    "Edition",
    "EvidenceCursor",
    "FileReport",
    "MissingRow",
    "Notice",
    "NoticeTemplate",
    "Obligation",
    "Occurrence",
    "ReminderStep",
    "Round",
    "SavedAudience",
    "SecretaryLetter",
    "Series",
    "TemplateVersion",
]
