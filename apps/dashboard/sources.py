"""Who is asked what somebody owes. One line for each app that has work for people."""

from apps.core.work_item import Source
from apps.notices import work_items as notices
from apps.servicedesk import work_items as servicedesk

SOURCES: list[Source] = [
    servicedesk.for_user,
    notices.for_user,
]
