"""Which assignments, which parts of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from apps.assignments.enums import (
    CLERK_ROLES,
    HEAD_ROLES,
    OPEN,
    REPORTABLE,
    UNITS_TURN,
    AssignmentState,
    ExtensionState,
    PartRole,
    PartState,
    Rung,
    VerdictKind,
)
from apps.assignments.standing import standing_of
from apps.core.clock import now
from apps.notices.managers import NoticeQuerySet, sent_by
from apps.people.enums import HANDLER_ROLES, OFFICE_ROLES, DeputyScope
from apps.people.models import Deputy, Person, Post

# Kinds of things whose assignments may be for who is concerned only; an app above adds its own (`keep`).
KEPT: list[type[models.Model]] = []


def keep(kind: type[models.Model]) -> None:
    if kind not in KEPT:
        KEPT.append(kind)


def under(paths: Iterable[str], column: str = "unit__path") -> Q:
    """Parts of these units and those below."""
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(**{f"{column}__startswith": path})
    return inside


def given_by(user: Person, prefix: str = "") -> Q:
    """The user, or somebody in whose name the user may act, gave it or had it given."""
    people = list(standing_of(user).people)
    return Q(**{f"{prefix}given_by__in": people}) | Q(**{f"{prefix}given_for__in": people})


def known_to_office(user: Person, prefix: str = "") -> Q:
    """What the office sees without a part in it: all that is not for who is concerned only, and of the rest what is
    about a thing that this person may see.
    """
    seen = Q(**{f"{prefix}concerned_only": False})
    for kind, rows in _kept_things(user).items():
        about = Exists(rows.filter(pk=OuterRef(f"{prefix}subject_id")))
        seen |= Q(**{f"{prefix}concerned_only": True, f"{prefix}subject_type": kind}) & Q(about)
    return seen


def _kept_things(user: Person) -> dict[ContentType, models.QuerySet]:
    """By kind: the things that this person may see; kept on the user as the standing is."""
    if getattr(user, "kept_things", None) is None:
        kinds = ContentType.objects.get_for_models(*KEPT)
        user.kept_things = {kinds[kind]: kind._default_manager.visible_to(user) for kind in KEPT}
    return user.kept_things


def sent_notices(user: Person) -> NoticeQuerySet:
    """To the office all that are out, to others what they sent: what a unit received is no paper of its own."""
    rows = apps.get_model("notices", "Notice").objects.running()
    return rows if user.has_role(*HANDLER_ROLES) else rows.filter(sent_by(user, "sender"))


class AssignmentQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> AssignmentQuerySet:
        """The office and the leaders see all but what is for who is concerned only, who gave it the own ones, others
        those in which they have a part.
        """
        parts = apps.get_model("assignments", "Part").objects.filter(_mine(user), assignment=OuterRef("pk"))
        own = given_by(user) | Q(Exists(parts))
        return self.filter(known_to_office(user) | own if user.has_role(*OFFICE_ROLES) else own)

    def about(self, *things: models.Model) -> AssignmentQuerySet:
        """Those of one thing, or of several of one kind, in the order in which they were given."""
        kind = ContentType.objects.get_for_model(things[0])
        return self.filter(subject_type=kind, subject_id__in=[each.pk for each in things]).order_by("given_at", "pk")

    def unfinished(self) -> AssignmentQuerySet:
        return self.filter(state=AssignmentState.OPEN)

    def to_close(self) -> AssignmentQuerySet:
        """In hand, and nothing is asked of any unit any more."""
        parts = apps.get_model("assignments", "Part").objects.filter(assignment=OuterRef("pk"))
        return self.unfinished().filter(~Exists(parts.open()))


def looked_after(user: Person, prefix: str = "") -> Q:
    """Parts of units whose clerk one is, or of which one was asked to be the stand-in; as `rules.as_clerk`."""
    clerk_of = standing_of(user).clerk_of
    as_stand_in = Q(**{f"{prefix}stand_in": user}) & under(clerk_of, f"{prefix}unit__path")
    return Q(**{f"{prefix}unit__path__in": clerk_of}) | as_stand_in


def spoken_for(user: Person, prefix: str = "") -> Q:
    """Parts for whose unit one speaks to those below; as `rules.of_unit`."""
    standing = standing_of(user)
    head = Q(**{f"{prefix}unit__path__in": standing.head_of})
    return head | looked_after(user, prefix) | Q(**{f"{prefix}person__in": list(standing.people)})


def set_by(user: Person) -> Q:
    """Parts of the assignments that one gave, and of units to which one's unit passed them: whose day one set."""
    return given_by(user, "assignment__") | spoken_for(user, "parent__")


def holds(unit: str, *roles: str) -> models.QuerySet:
    """Posts of these roles in the unit of the column `unit`, held today by somebody who is here."""
    return Post.objects.current().filter(role__in=roles, unit=OuterRef(unit), person__is_active=True)


def stand_in_holds() -> models.QuerySet:
    """Posts by which the stand-in of a part still looks after a unit above, in the own name or for somebody."""
    lent = Deputy.objects.in_force(now()).covering(DeputyScope.TASKS).filter(deputy=OuterRef(OuterRef("stand_in")))
    lent = lent.filter(principal=OuterRef("person"), deputy__is_active=True)
    rows = Post.objects.current().filter(role__in=CLERK_ROLES, person__is_active=True)
    rows = rows.annotate(below=ExpressionWrapper(OuterRef("unit__path"), output_field=models.CharField()))
    return rows.filter(Q(person=OuterRef("stand_in")) | Q(Exists(lent)), below__startswith=F("unit__path"))


def _mine(user: Person) -> Q:
    """Parts of the own units and those below, those that one is to do oneself, and those right below them."""
    standing = standing_of(user)
    people = list(standing.people)
    return under(standing.paths) | Q(person__in=people) | Q(parent__person__in=people)


class PartQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> PartQuerySet:
        """The office, the leaders (both as for assignments) and who gave it see all; the lead unit too, since the
        helpers answer to it; a unit itself and what lies below it; the person who is named the own one.
        """
        lead = self.model.objects.filter(_mine(user), assignment=OuterRef("assignment"), role=PartRole.LEAD)
        own = given_by(user, "assignment__") | _mine(user) | Q(Exists(lead))
        return self.filter(known_to_office(user, "assignment__") | own if user.has_role(*OFFICE_ROLES) else own)

    def about(self, *things: models.Model) -> PartQuerySet:
        kind = ContentType.objects.get_for_model(things[0])
        return self.filter(assignment__subject_type=kind, assignment__subject_id__in=[each.pk for each in things])

    def open(self) -> PartQuerySet:
        return self.filter(state__in=OPEN)

    def units_turn(self) -> PartQuerySet:
        return self.filter(state__in=UNITS_TURN)

    def to_answer(self) -> PartQuerySet:
        """Reports that wait for the level above."""
        return self.filter(state=PartState.CONFIRMED)

    def late(self, at: datetime) -> PartQuerySet:
        """The day is over, it is still the unit's turn, and its clock does not stand still."""
        return self.units_turn().filter(due_at__lt=at, paused_at__isnull=True)

    def in_no_hands(self) -> PartQuerySet:
        """Nobody is left who could go on with them; as `hands.Hands`. Those not signed for are on the phone list."""
        clerk = Q(Exists(holds("unit", *CLERK_ROLES))) | Q(Exists(stand_in_holds()))
        doer, head = Q(person__is_active=True) | clerk, Q(Exists(holds("unit", *HEAD_ROLES))) | clerk
        above = self.to_answer()._nobody_above().values("pk")
        return self.filter(
            Q(state__in=REPORTABLE) & ~doer | Q(state=PartState.REPORTED) & ~head | Q(pk__in=above),
        )

    def _nobody_above(self) -> PartQuerySet:
        """Nobody speaks for the unit above but who wrote or confirmed the report. The lead's goes to the office."""
        lead = self.model.objects.filter(assignment=OuterRef("assignment"), role=PartRole.LEAD)
        said = apps.get_model("assignments", "Report").objects.filter(part=OuterRef("pk"), round=OuterRef("rounds"))
        columns = ("unit", "person", "stand_in")
        above = {f"above_{name}": Coalesce(f"parent__{name}", Subquery(lead.values(name)[:1])) for name in columns}
        rows = self.filter(role=PartRole.HELPER).annotate(
            author=Subquery(said.values("author")[:1]),
            confirmer=Subquery(said.filter(verdicts__kind=VerdictKind.CONFIRMED).values("verdicts__by")[:1]),
            **above,
        )
        posts = holds("above_unit", *CLERK_ROLES, *HEAD_ROLES)
        posts = posts.exclude(person=OuterRef("author")).exclude(person=OuterRef("confirmer"))
        people = Person.objects.filter(Q(pk=OuterRef("above_person")) | Q(pk=OuterRef("above_stand_in")))
        people = people.filter(is_active=True).exclude(pk=OuterRef("author")).exclude(pk=OuterRef("confirmer"))
        return rows.filter(~Exists(posts), ~Exists(people))

    def opening(self) -> PartQuerySet:
        """Parts that let their unit read the thing itself: not where nothing is asked of it any more."""
        return self.filter(assignment__shows_subject=True).exclude(state=PartState.EXCUSED)

    def to_start(self) -> PartQuerySet:
        """Nobody could work out yet until when it is to be signed for."""
        return self.filter(state=PartState.WAITING, rung=Rung.CLERK, next_at__isnull=True)

    def to_climb(self, at: datetime) -> PartQuerySet:
        return self.filter(state=PartState.WAITING, next_at__lte=at)

    def on_phone_list(self) -> PartQuerySet:
        return self.filter(state=PartState.WAITING, rung=Rung.PHONE)

    def reportable(self) -> PartQuerySet:
        return self.filter(state__in=REPORTABLE)

    def with_asks(self) -> PartQuerySet:
        """Adds `asks_more_time`."""
        wishes = apps.get_model("assignments", "Extension").objects.filter(part=OuterRef("pk"))
        return self.annotate(asks_more_time=Exists(wishes.filter(state=ExtensionState.ASKED)))


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> ReportQuerySet:
        """As their parts: this is what guards the files of a report."""
        parts = self.model._meta.get_field("part").related_model.objects.visible_to(user)
        return self.filter(part__in=parts)


def opened_to(user: Person, kind: type[models.Model]) -> models.QuerySet:
    """The keys of things of this kind that `user` may open because of a part in an assignment that shows them: who is
    named as long as it is in hand, clerk and head of the unit also afterwards, nobody once the unit was excused. For
    the `visible_to` of the app above.
    """
    rows = apps.get_model("assignments", "Assignment").objects.filter(shows_subject=True)
    rows = rows.filter(subject_type=ContentType.objects.get_for_model(kind))
    parts = apps.get_model("assignments", "Part").objects.opening().filter(assignment=OuterRef("pk"))
    own_units = Exists(parts.filter(unit__path__in=standing_of(user).paths))
    in_hand = Q(state=AssignmentState.OPEN) & Q(Exists(parts.filter(_mine(user))))
    return rows.filter(in_hand | Q(own_units)).values("subject_id")
