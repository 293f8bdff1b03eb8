"""Which figures stand on the leaders' page. One line for each app that measures something."""

from apps.assignments import measures as assignments
from apps.dispatch import measures as dispatch
from apps.notices import measures as notices
from apps.servicedesk import help_measures
from apps.servicedesk import measures as servicedesk

MEASURES = [
    servicedesk.for_period,
    help_measures.for_period,
    notices.for_period,
    assignments.for_period,
    dispatch.for_period,
]
