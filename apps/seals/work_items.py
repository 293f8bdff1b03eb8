"""What seals put on dashboards: papers that wait for the seal, seals that are out, hand-overs to sign, seals without a
keeper.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.core.text import localized
from apps.core.work_item import Action, Section, WorkItem
from apps.people.enums import Role
from apps.people.models import Person
from apps.seals.enums import HandoverState, KeeperRole
from apps.seals.managers import kept_by
from apps.seals.models import Handover, Keeping, Outing, Seal, SealUse

KIND = gettext_lazy("seal")


def for_user(user: Person, *, at: datetime, limit: int = 50) -> list[WorkItem]:
    """At most `limit` of each kind, in a fixed number of queries: few for who neither keeps a seal nor directs."""
    found = to_take_over(user, limit)
    if user.has_role(Role.DIRECTOR):
        return [*found, *out(user, at, limit), *to_seal(user, at, limit), *without_keeper(at, limit)]
    if not Keeping.objects.in_force(at).filter(person=user).exists():
        return found
    return [*found, *out(user, at, limit), *to_seal(user, at, limit)]


def to_seal(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """Open lines of the seals that are in this person's hands today, but not those they asked for."""
    rows = SealUse.objects.open().filter(kept_by(user, at)).exclude(barred__contains=[user.pk])
    rows = rows.select_related("seal", "requested_by").order_by("asked_at", "pk")
    return [
        WorkItem(
            key=f"seals.use:{row.pk}",
            section=Section.MINE,
            number=row.reference,
            title=row.title,
            url=row.get_absolute_url(),
            icon="stamp",
            kind=localized(row.seal.name),
            who=row.requested_by.name,
            reason=_("to be sealed: %(left)s of %(allowed)s") % {"left": row.left, "allowed": row.allowed},
            state=str(row.get_state_display()),
            state_colour=row.colour,
            due_at=None,
            since=row.asked_at,
            actions=(Action(label=pgettext("action", "Seal"), url=row.get_absolute_url(), key="o", primary=True),),
        )
        for row in rows[:limit]
    ]


def out(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """Seals that are out: all for the director, the own ones for who keeps them."""
    care = Q() if user.has_role(Role.DIRECTOR) else Q(kept_by(user, at))
    rows = Outing.objects.out().filter(care).select_related("seal", "use", "taker", "companion")
    return [_outing(row, at) for row in rows.order_by("due_at", "pk")[:limit]]


def _outing(row: Outing, at: datetime) -> WorkItem:
    late = row.is_late(at)
    return WorkItem(
        key=f"seals.outing:{row.pk}",
        section=Section.OVERDUE if late else Section.SOON,
        number=row.use.reference,
        title=_("%(seal)s is out of the house") % {"seal": localized(row.seal.name)},
        url=row.use.get_absolute_url(),
        icon="map-pin",
        kind=str(KIND),
        who=row.taker.name,
        reason=_("with %(name)s, %(place)s") % {"name": row.companion.name, "place": row.place},
        state=_("not back") if late else _("out of the house"),
        state_colour="red" if late else "orange",
        due_at=row.due_at,
        since=row.from_at,
        overdue=late,
        actions=(Action(label=_("Take it back"), url=row.use.get_absolute_url(), key="o", primary=True),),
    )


def to_take_over(user: Person, limit: int) -> list[WorkItem]:
    """Hand-overs that wait for this person's signature."""
    rows = Handover.objects.filter(taker=user, state=HandoverState.GIVEN).select_related("seal", "giver")
    return [
        WorkItem(
            key=f"seals.handover:{row.pk}",
            section=Section.DECIDE,
            number="",
            title=localized(row.seal.name),
            url=row.seal.get_absolute_url(),
            icon="arrow-left-right",
            kind=str(KIND),
            who=row.giver.name,
            reason=_("to count and to sign for"),
            state=str(row.get_state_display()),
            state_colour=row.colour,
            due_at=None,
            since=row.given_at,
            actions=(Action(label=_("Look at it"), url=row.seal.get_absolute_url(), key="o", primary=True),),
        )
        for row in rows.order_by("given_at")[:limit]
    ]


def without_keeper(at: datetime, limit: int) -> list[WorkItem]:
    """Seals in use that nobody keeps, or whose keeper has left."""
    kept = Keeping.objects.in_force(at).filter(role=KeeperRole.KEEPER, person__is_active=True, seal=OuterRef("pk"))
    rows = Seal.objects.usable().filter(~Exists(kept)).select_related("unit")
    return [
        WorkItem(
            key=f"seals.seal:{row.pk}",
            section=Section.UNASSIGNED,
            number="",
            title=localized(row.name),
            url=row.get_absolute_url(),
            icon="stamp",
            kind=str(KIND),
            who=str(row.unit),
            reason=_("nobody keeps this seal"),
            state=str(row.get_state_display()),
            state_colour=row.colour,
            due_at=None,
            since=row.created_at,
            actions=(Action(label=_("Appoint the keeper"), url=row.get_absolute_url(), key="o", primary=True),),
        )
        for row in rows.order_by("code")[:limit]
    ]
