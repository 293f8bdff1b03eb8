"""Groups to post to, and the robots that do it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.delivery.enums import Channel, MessageClass, Queue
from apps.delivery.models import Delivery, GroupRobot, Message
from apps.delivery.quiet import earliest
from apps.delivery.sealing import seal
from apps.delivery.services.messages import Text, create_message
from apps.delivery.services.nudges import nudge
from apps.journal.services import record
from apps.people.models import Person, Unit

TRIAL_LASTS = timedelta(hours=1)


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


class UnableToSaveRobot(Exception):
    """The name is taken, somebody else saved meanwhile, or a new robot has no token."""


@dataclass(frozen=True)
class RobotData:
    """What the form gives. An empty `token` or `secret` leaves what is stored: neither is ever shown again."""

    name: str
    kind: str
    unit: Unit | None
    token: str = ""
    secret: str = ""


@transaction.atomic
def create_robot(*, data: RobotData, actor: Person, at: datetime | None = None) -> GroupRobot:
    """Raises UnableToSaveRobot."""
    if not data.token:
        raise UnableToSaveRobot(_("Give the address that the chat group shows for its robot."))
    robot = GroupRobot(created_at=at or now())
    _save(robot, data)
    record(actor=actor, verb="robot_created", obj=robot, changes={"name": robot.name, "kind": robot.kind}, at=at)
    return robot


@transaction.atomic
def edit_robot(
    *, robot_id: int, data: RobotData, version: int, actor: Person, at: datetime | None = None
) -> GroupRobot:
    """Raises UnableToSaveRobot. The history says that the token changed, never what it is."""
    robot = GroupRobot.objects.select_for_update().get(pk=robot_id)
    if robot.version != version:
        raise UnableToSaveRobot(_("Somebody else changed this robot meanwhile. Look at it again."))
    if data.kind != robot.kind and not data.token:
        raise UnableToSaveRobot(_("Another kind of chat needs its own address."))
    robot.version += 1
    changes = {"name": [robot.name, data.name], "new_token": bool(data.token), "new_secret": bool(data.secret)}
    _save(robot, data)
    record(actor=actor, verb="robot_edited", obj=robot, changes=changes, at=at)
    return robot


def _save(robot: GroupRobot, data: RobotData) -> None:
    robot.name, robot.kind, robot.unit = data.name, data.kind, data.unit
    if data.token:
        robot.sealed_token, robot.sealed_secret = seal(data.token), seal(data.secret)
    elif data.secret:
        robot.sealed_secret = seal(data.secret)
    try:
        with transaction.atomic():
            robot.save()
    except IntegrityError as error:
        raise UnableToSaveRobot(_("There is a robot of this name.")) from error


@transaction.atomic
def switch_robot_off(*, robot_id: int, actor: Person, at: datetime | None = None) -> None:
    """Nothing is posted by it any more; what waits is refused when its turn comes, and shown so."""
    if GroupRobot.objects.filter(pk=robot_id, is_active=True).update(is_active=False, version=F("version") + 1):
        record(actor=actor, verb="robot_off", obj=GroupRobot.objects.get(pk=robot_id), at=at)


@transaction.atomic
def switch_robot_on(*, robot_id: int, actor: Person, at: datetime | None = None) -> None:
    if GroupRobot.objects.filter(pk=robot_id, is_active=False).update(is_active=True, version=F("version") + 1):
        record(actor=actor, verb="robot_on", obj=GroupRobot.objects.get(pk=robot_id), at=at)


@transaction.atomic
def try_robot(*, robot: GroupRobot, actor: Person, at: datetime | None = None) -> Delivery:
    """Post a word of trial by the way of all posts; its delivery shows what the group's robot answered."""
    at = at or now()
    message = create_message(
        source=f"delivery.robot:{robot.pk}",
        message_class=MessageClass.OPTIONAL,
        queue=Queue.URGENT,
        texts={get_language(): Text(_("Trial of the office portal"), _("This group gets notices of the office."))},
        expires_at=at + TRIAL_LASTS,
        actor=actor,
        at=at,
    )
    plan_robots(message=message, robots=[robot], at=at)
    record(actor=actor, verb="robot_tried", obj=robot, at=at)
    return Delivery.objects.get(message=message)
