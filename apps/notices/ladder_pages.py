"""What pages say about the ladder: which channels a round went by, who is posted to, what comes next for a person."""

from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.delivery.enums import WEAK_CHANNELS, Channel
from apps.delivery.models import Delivery, GroupRobot
from apps.notices import ladder
from apps.notices.enums import ObligationState, RoundKind
from apps.notices.models import Notice, Obligation, Round
from apps.notices.models.obligation import PHONE


class Post(NamedTuple):
    """What became of a post to one chat group, of the notice or of word of a change. It says nothing about any person
    in it.
    """

    group: str
    what: str
    delivery: Delivery


def names_of(rung: ladder.Rung) -> str:
    return _(", ").join(str(channel.label) for channel in rung)


def sure_names_of(rung: ladder.Rung) -> str:
    """Without what goes beside it and reaches nobody for certain."""
    return names_of(tuple(channel for channel in rung if channel not in WEAK_CHANNELS))


def channel_names(row: Round) -> str:
    """By which channels a round of this notice goes, in words; with counts, where each is told by the first that
    reaches.
    """
    if row.ways:
        known = [(channel.label, row.ways[channel]) for channel in Channel if channel in row.ways]
        counted = [*known, (ObligationState.UNREACHABLE.label, row.ways["none"])] if row.ways.get("none") else known
        return _(", ").join(f"{name} {count}" for name, count in counted)
    steps = ladder.rungs(row.notice)
    if row.rung and row.rung <= len(steps):
        return names_of(steps[row.rung - 1])
    return str(row.get_channel_display())


def next_step(line: Obligation) -> str:
    """What comes next for one person: "SMS at …", the phone list, or nothing to say."""
    if not line.is_open:
        return ""
    if line.rung == PHONE:
        return _("all channels were tried; the unit secretary calls")
    if not line.rung_at:
        return ""
    steps = ladder.rungs(line.notice)
    above = ladder.following(steps, line.rung)
    what = _("phone list of the unit secretary") if above == PHONE else names_of(steps[above - 1])
    when = date_format(localtime(line.rung_at), "SHORT_DATETIME_FORMAT")
    return _("%(channel)s at %(time)s, if nothing shows that it arrived") % {"channel": what, "time": when}


def posts(notice: Notice) -> list[Post]:
    """The chat groups it was posted to (three queries, or one)."""
    rows = Delivery.objects.filter(message__in=notice.rounds.values("message"), channel=Channel.ROBOT).order_by("pk")
    found = list(rows)
    rounds = {row.message_id: row for row in notice.rounds.exclude(kind=RoundKind.REMINDER)} if found else {}
    keys = {row.pk: int(row.address.removeprefix("robot:")) for row in found}
    names = dict(GroupRobot.objects.filter(pk__in=keys.values()).values_list("pk", "name")) if keys else {}
    return [Post(names.get(keys[row.pk], ""), str(rounds[row.message_id].get_kind_display()), row) for row in found]
