"""States of a delivery, the evidence they rest on, and its strength (the order in which the shown state is chosen)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    PORTAL = "portal", _("portal")
    MAIL = "mail", _("mail")
    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    SMS = "sms", _("text message")
    PUSH = "push", _("browser notification")
    ROBOT = "robot", _("robot of a chat group")


# What stands there proves no arrival, and nobody is left waiting for it.
WEAK_CHANNELS = (Channel.PORTAL, Channel.PUSH)
# By a sender of ours.
SENT_CHANNELS = (Channel.WECOM, Channel.DINGTALK, Channel.MAIL, Channel.SMS, Channel.PUSH, Channel.ROBOT)


class SubscriptionEnd(models.TextChoices):
    """Why a browser shows no notifications any more."""

    REMOVED = "removed", _("removed by the person")
    GONE = "gone", _("the browser's service says that it is gone")
    TAKEN_OVER = "taken_over", _("somebody else turned it on in the same browser")
    KEY_CHANGED = "key_changed", _("the portal's key was changed; turn it on again")


class RobotKind(models.TextChoices):
    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")


class MessageClass(models.TextChoices):
    MANDATORY = "mandatory", _("mandatory")
    OPTIONAL = "optional", _("optional")
    ACCOUNT = "account", _("account")


class Queue(models.TextChoices):
    URGENT = "urgent", _("urgent")
    NOTICE = "notice", _("notice")
    REMINDER = "reminder", _("reminder")


class DeliveryState(models.TextChoices):
    PLANNED = "planned", _("planned")
    HELD = "held", _("held")
    SENDING = "sending", _("sending")
    UNCERTAIN = "uncertain", _("uncertain")
    HANDED_OFF = "handed_off", _("handed over")
    DELAYED = "delayed", _("delayed")
    RELAYED = "relayed", _("passed on, no receipt will come")
    DELIVERED = "delivered", _("delivered to the mailbox")
    SEEN_HINT = "seen_hint", _("hint of reading")
    OPENED = "opened", _("opened")
    BOUNCED_HARD = "bounced_hard", _("came back: address does not work")
    BOUNCED_SOFT = "bounced_soft", _("came back: for now")
    BLOCKED = "blocked", _("refused by the receiving system")
    COMPLAINED = "complained", _("reported as spam")
    FAILED = "failed", _("could not be sent")
    UNKNOWN = "unknown", _("no evidence")
    CANCELLED = "cancelled", _("cancelled")


WAITING_STATES = (DeliveryState.PLANNED, DeliveryState.HELD)
WORK_STATES = (*WAITING_STATES, DeliveryState.SENDING)  # set by the sender; all others rest on evidence
BOUNCED_STATES = (
    DeliveryState.BOUNCED_HARD,
    DeliveryState.BOUNCED_SOFT,
    DeliveryState.BLOCKED,
    DeliveryState.COMPLAINED,
)
SUPPRESSED = "suppressed:"  # before the cause, in held_reason
# The other reasons to hold a row: what the service would swallow without a word.
QUOTAS: dict[str, str] = {
    "quota:minute": _("more in a minute than the service delivers to one person"),
    "quota:hour": _("more in an hour than the service delivers to one person"),
    "quota:day": _("more in a day than the service delivers to one person"),
    "quota:same_text": _("the same words went to this person today; the service would drop them"),
}
FAILED_STATES = (*BOUNCED_STATES, DeliveryState.FAILED)

# The shown state is the strongest one that has evidence. A bounce stands above "delivered": both can be true, and the
# bounce is the one that asks for work (SES documents a bounce after a delivery). "Unknown" stands just above "handed
# over", because it says more: handed over, and then 72 hours of silence.
STRENGTH: tuple[str, ...] = (
    DeliveryState.OPENED,
    DeliveryState.CANCELLED,
    DeliveryState.COMPLAINED,
    DeliveryState.BOUNCED_HARD,
    DeliveryState.BLOCKED,
    DeliveryState.BOUNCED_SOFT,
    DeliveryState.DELIVERED,
    DeliveryState.RELAYED,
    DeliveryState.SEEN_HINT,
    DeliveryState.DELAYED,
    DeliveryState.UNKNOWN,
    DeliveryState.HANDED_OFF,
    DeliveryState.FAILED,
    DeliveryState.UNCERTAIN,
)


COLOURS: dict[str, str] = {
    DeliveryState.PLANNED: "secondary",
    DeliveryState.HELD: "secondary",
    DeliveryState.SENDING: "azure",
    DeliveryState.UNCERTAIN: "orange",
    DeliveryState.HANDED_OFF: "blue",
    DeliveryState.DELAYED: "yellow",
    DeliveryState.RELAYED: "cyan",
    DeliveryState.DELIVERED: "teal",
    DeliveryState.SEEN_HINT: "teal",
    DeliveryState.OPENED: "green",
    DeliveryState.UNKNOWN: "yellow",
    DeliveryState.CANCELLED: "secondary",
} | dict.fromkeys(FAILED_STATES, "red")


class EvidenceKind(models.TextChoices):
    """What an evidence row says. Up to "opened" they are delivery states too; what follows is about the person."""

    HANDED_OFF = "handed_off", _("the next server took it")
    DELAYED = "delayed", _("the mail is delayed")
    RELAYED = "relayed", _("passed on to a server that gives no receipts")
    DELIVERED = "delivered", _("the mailbox took it")
    SEEN_HINT = "seen_hint", _("hint of reading")
    BOUNCED_HARD = "bounced_hard", _("came back: address does not work")
    BOUNCED_SOFT = "bounced_soft", _("came back: for now")
    BLOCKED = "blocked", _("refused by the receiving system")
    COMPLAINED = "complained", _("reported as spam")
    FAILED = "failed", _("given up before anything was handed over")
    UNCERTAIN = "uncertain", _("the line broke before the answer")
    UNKNOWN = "unknown", _("no evidence within 72 hours")
    CANCELLED = "cancelled", _("cancelled")
    OPENED = "opened", _("opened, signed in")
    DOWNLOADED = "downloaded", _("downloaded a file, signed in")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    SIGNED_FOR = "signed_for", _("signed for")
    ANSWERED = "answered", _("handed in the form")
    RETURNED = "returned", _("form returned for correction")
    EXCUSED = "excused", _("excused")
    TOLD = "told", _("told by phone or in person")
    CALLED = "called", _("phoned, not reached")


# Evidence keeps the English words (they are data, for ever); pages show these.
REASONS: dict[str, str] = {
    "message expired": _("its message is past its end"),
    "the notice was changed": _("the notice was changed"),
    "the notice was taken back": _("the notice was taken back"),
    "one of its notices was changed or taken back": _("one of its notices was changed or taken back"),
    "nothing of it is open any more": _("nothing of it is open any more"),
    "retry time spent": _("the time for new tries is spent"),
    "the sending process ended": _("the sending process ended before the answer"),
    "the line broke after the mail": _(
        "the mail server gave no answer five times: it may have taken the mail each time"
    ),
}


class Cause(models.TextChoices):
    DEAD = "dead", _("the address does not exist or is closed")
    FULL = "full", _("the mailbox is full")
    BLOCKED = "blocked", _("taken for spam, or the sender is refused")
    POLICY = "policy", _("a rule of the receiving system forbids it")
    SIZE = "size", _("the mail is too large")
    EXPIRED = "expired", _("not deliverable within the time allowed")
    OTHER = "other", _("another reason")


class InboundKind(models.TextChoices):
    BOUNCE = "bounce", _("bounce")
    DELAYED = "delayed", _("delay notice")
    DELIVERED = "delivered", _("delivery receipt")
    RELAYED = "relayed", _("relayed")
    EXPANDED = "expanded", _("expanded to a list")
    COMPLAINT = "complaint", _("complaint")
    AUTO_REPLY = "auto_reply", _("automatic reply")
    OTHER = "other", _("other mail")


class InboundState(models.TextChoices):
    RECEIVED = "received", _("received")
    MATCHED = "matched", _("matched")
    UNMATCHED = "unmatched", _("waits for a person")
    SETTLED = "settled", _("settled by a person")
    UNREADABLE = "unreadable", _("could not be read")
    PASSED_ON = "passed_on", _("passed on to the service desk")
