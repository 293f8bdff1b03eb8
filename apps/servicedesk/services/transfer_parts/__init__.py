"""The parts of a service's file that came with version 2, in the order in which they are written.

Each is told apart as data: what stands (`write`), what the file says in the same form (`read`), both in words (`told`).
Only what differs is saved, by the service that the part's own page uses, so that versions and history are kept.
"""

from apps.servicedesk.services.transfer_parts.handling import (
    ASSIGNMENT,
    DUPLICATES,
    REOPEN_DAYS,
    RETENTION_DAYS,
    TASKS,
)
from apps.servicedesk.services.transfer_parts.papers import PAPERS
from apps.servicedesk.services.transfer_parts.part import Part
from apps.servicedesk.services.transfer_parts.promises import CARE, ESCALATION, TARGETS

PARTS: tuple[Part, ...] = (
    TARGETS,
    CARE,
    ESCALATION,
    RETENTION_DAYS,
    REOPEN_DAYS,
    DUPLICATES,
    ASSIGNMENT,
    TASKS,
    PAPERS,
)
