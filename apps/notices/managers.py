"""Which notices, which obligations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.clock import now
from apps.notices.enums import NoticeState
from apps.people.enums import OFFICE_ROLES, DeputyScope, Role
from apps.people.models import Deputy, Post

if TYPE_CHECKING:
    from apps.people.models import Person

NOT_YET_OUT = (NoticeState.DRAFT, NoticeState.WAITING, NoticeState.SCHEDULED)
RUNNING = (NoticeState.PUBLISHING, NoticeState.PUBLISHED)


def units_of_secretary(user: Person) -> list[str]:
    """The paths of the units whose people this unit secretary looks after."""
    return [post.unit.path for post in user.current_posts if post.role == Role.UNIT_SECRETARY]


def looked_after(user: Person) -> dict[str, Person | None]:
    """The paths of the units whose people this user looks after, each with the secretary stood in for (None: oneself).

    One query, kept on the user as the posts are.
    """
    if getattr(user, "units_looked_after", None) is None:
        stood_in = Deputy.objects.in_force(now()).covering(DeputyScope.NOTICES).filter(deputy=user)
        posts = Post.objects.current().filter(role=Role.UNIT_SECRETARY, person__is_active=True)
        posts = posts.filter(person__in=stood_in.values("principal")).select_related("person", "unit").order_by("pk")
        found = {post.unit.path: post.person for post in posts}
        user.units_looked_after = found | dict.fromkeys(units_of_secretary(user))
    return user.units_looked_after


def has_post_under(paths: Iterable[str], person: str) -> Exists:
    """Does the person in the column `person` hold a post in one of the units or below?"""
    inside = Q()
    for path in paths:
        inside |= Q(unit__path__startswith=path)
    return Exists(Post.objects.current().filter(inside, person=OuterRef(person)))


def sent_by(user: Person, sender: str) -> Q:
    """The sender in the column `sender` is this user, or somebody for whom the user stands in."""
    stands_in = Deputy.objects.in_force(now()).covering(DeputyScope.NOTICES).filter(deputy=user)
    return Q(**{sender: user}) | Q(Exists(stands_in.filter(principal=OuterRef(sender))))


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> NoticeQuerySet:
        """The office sees all; a unit secretary, and who stands in for one, what concerns the unit's people; others
        what they sent or were sent.
        """
        if user.has_role(*OFFICE_ROLES):
            return self
        owed = apps.get_model("notices", "Obligation").objects.filter(notice=OuterRef("pk"))
        concerns = Exists(owed.filter(person=user))
        paths = list(looked_after(user))
        if paths:
            concerns |= Exists(owed.filter(has_post_under(paths, "person")))
        return self.filter(sent_by(user, "sender") | (Q(concerns) & ~Q(state__in=NOT_YET_OUT)))

    def reported_to(self, user: Person) -> NoticeQuerySet:
        """Those whose list of people this user may look at (all or only the unit's)."""
        if user.has_role(*OFFICE_ROLES):
            return self.visible_to(user)
        reported = sent_by(user, "sender")
        if paths := list(looked_after(user)):
            owed = apps.get_model("notices", "Obligation").objects.filter(notice=OuterRef("pk"))
            reported |= Q(Exists(owed.filter(has_post_under(paths, "person")))) & ~Q(state__in=NOT_YET_OUT)
        return self.filter(reported)

    def to_publish(self, at: datetime) -> NoticeQuerySet:
        return self.filter(state=NoticeState.SCHEDULED, publish_at__lte=at)

    def to_expire(self, at: datetime) -> NoticeQuerySet:
        return self.filter(state=NoticeState.PUBLISHED, expires_at__lte=at)

    def running(self) -> NoticeQuerySet:
        return self.filter(state__in=RUNNING)

    def late(self, at: datetime, working_days: int) -> NoticeQuerySet:
        """The day of acknowledging is over, or, where none was set, so many working days have gone by."""
        try:
            working = office_time()
            before = working.next_working_day(working.day(at), -working_days)
            waited = Q(acknowledge_by__isnull=True, published_at__lt=working.end_of_day(before))
        except CalendarYearMissing:
            waited = Q(pk__in=[])
        return self.filter(Q(acknowledge_by__lt=at) | waited)

    def unfinished(self) -> NoticeQuerySet:
        """Published, but not every person has the line or the mail row yet: the sweep goes on with them."""
        return self.running().filter(Q(fanned_out_at__isnull=True) | Q(mail_planned_at__isnull=True))

    def published_between(self, first: datetime, end: datetime) -> NoticeQuerySet:
        """Half-open: first <= published_at < end."""
        return self.filter(published_at__gte=first, published_at__lt=end)

    def with_counts(self) -> NoticeQuerySet:
        """Adds `open_count`: how many people still owe something. For pages of a list, not for a million rows.

        Rows are counted, not keys, so that the index alone is read.
        """
        owed = apps.get_model("notices", "Obligation").objects.owed().filter(notice=OuterRef("pk"))
        counted = owed.order_by().values("notice").annotate(count=models.Count("*")).values("count")
        return self.annotate(open_count=Coalesce(models.Subquery(counted), 0))


class ObligationQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> ObligationQuerySet:
        """The office sees all, a sender the own notices' people, a unit secretary, and who stands in for one, the
        unit's, others themselves.
        """
        if user.has_role(*OFFICE_ROLES):
            return self
        mine = Q(person=user) | sent_by(user, "notice__sender")
        paths = list(looked_after(user))
        return self.filter(mine | Q(has_post_under(paths, "person"))) if paths else self.filter(mine)

    def inbox_of(self, person: Person) -> ObligationQuerySet:
        """Newest first is the caller's to say; notices taken back are not shown."""
        return self.filter(person=person).exclude(notice__state=NoticeState.WITHDRAWN).select_related("notice")

    def owed(self) -> ObligationQuerySet:
        return self.filter(is_open=True)

    def of_unit(self, path: str, on: date | None = None, *, here: bool = False) -> ObligationQuerySet:
        """People whose main post lies in the unit with this path or below; `here`: in it only."""
        main = Post.objects.current(on).filter(person=OuterRef("person")).order_by("-is_main", "pk")
        return self.alias(unit_path=models.Subquery(main.values("unit__path")[:1])).filter(
            **({"unit_path": path} if here else {"unit_path__startswith": path})
        )

    def with_unit(self) -> ObligationQuerySet:
        """Adds `unit_name` (the main post's unit, in all languages), so that a list asks once."""
        main = Post.objects.current().filter(person=OuterRef("person")).order_by("-is_main", "pk")
        return self.annotate(unit_name=models.Subquery(main.values("unit__name")[:1]))


class SavedAudienceQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> SavedAudienceQuerySet:
        """The office sees all, a unit secretary those of the own units and below, others none."""
        if user.has_role(*OFFICE_ROLES):
            return self
        inside = Q(pk__in=[])
        for path in units_of_secretary(user):
            inside |= Q(unit__path__startswith=path)
        return self.filter(inside)

    def in_use(self) -> SavedAudienceQuerySet:
        return self.filter(is_active=True)

    def retired(self) -> SavedAudienceQuerySet:
        return self.filter(is_active=False)
