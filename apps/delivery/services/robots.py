"""Groups to post to, and the robots that do it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from apps.core.clock import now
from apps.delivery.enums import Channel
from apps.delivery.models import Delivery, GroupRobot, Message
from apps.delivery.quiet import earliest
from apps.delivery.services.nudges import nudge


@transaction.atomic
def plan_robots(*, message: Message, robots: Iterable[GroupRobot], at: datetime | None = None) -> int:
    """One planned post for each robot that is switched on; gives the number of new rows. Safe to repeat."""
    at = at or now()
    not_before = earliest(message, at)
    rows = [
        Delivery(
            message=message,
            channel=Channel.ROBOT,
            address=robot.address,
            queue=message.queue,
            not_before=not_before,
            created_at=at,
        )
        for robot in robots
        if robot.is_active
    ]
    before = Delivery.objects.filter(message=message, channel=Channel.ROBOT).count()
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    nudge(message.queue, Channel.ROBOT)
    return Delivery.objects.filter(message=message, channel=Channel.ROBOT).count() - before
