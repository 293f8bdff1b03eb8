"""Put messages in the outbox, write down what became of them, and ask how it is doing."""

from apps.delivery.services.again import UnableToSendAgain, send_again
from apps.delivery.services.browsers import BrowserData, UnableToSubscribe, end_browser, subscribe
from apps.delivery.services.evidence import cancel_waiting, evidence_since, record_evidence, record_for_all
from apps.delivery.services.forgetting import forget_messages
from apps.delivery.services.lag import outbox_lag
from apps.delivery.services.messages import (
    Text,
    UnableToCreateMessage,
    create_message,
    plan_one_mail,
    show_in_portal,
    tell,
    tell_message,
)
from apps.delivery.services.nudges import nudge
from apps.delivery.services.own_list import open_all, open_message
from apps.delivery.services.planning import People, Planned, Ways, plan, plan_first_way
from apps.delivery.services.robots import (
    RobotData,
    UnableToSaveRobot,
    create_robot,
    edit_robot,
    plan_robots,
    switch_robot_off,
    switch_robot_on,
    try_robot,
)
from apps.delivery.services.suppression import (
    UnableToLift,
    causes_of,
    end_rests,
    hold_suppressed,
    lift,
    release_held,
    suppress,
    suppress_after,
)

__all__ = [
    "BrowserData",
    "People",
    "Planned",
    "RobotData",
    "Text",
    "UnableToCreateMessage",
    "UnableToLift",
    "UnableToSaveRobot",
    "UnableToSendAgain",
    "UnableToSubscribe",
    "Ways",
    "cancel_waiting",
    "causes_of",
    "create_message",
    "create_robot",
    "edit_robot",
    "end_browser",
    "end_rests",
    "evidence_since",
    "forget_messages",
    "hold_suppressed",
    "lift",
    "nudge",
    "open_all",
    "open_message",
    "outbox_lag",
    "plan",
    "plan_first_way",
    "plan_one_mail",
    "plan_robots",
    "record_evidence",
    "record_for_all",
    "release_held",
    "send_again",
    "show_in_portal",
    "subscribe",
    "suppress",
    "suppress_after",
    "switch_robot_off",
    "switch_robot_on",
    "tell",
    "tell_message",
    "try_robot",
]
