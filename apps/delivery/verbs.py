"""The words of the history of deliveries."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "sent_again": _("had the message sent again"),
    "suppressed": _("stopped mails to the address"),
    "suppression_lifted": _("let mails go to the address again"),
    "robot_created": _("set up the robot"),
    "robot_edited": _("changed the robot"),
    "robot_off": _("switched the robot off"),
    "robot_on": _("switched the robot on"),
    "robot_tried": _("tried the robot"),
    "browser_added": _("turned on notifications in a browser"),
    "browser_ended": _("ended notifications in a browser"),
}
