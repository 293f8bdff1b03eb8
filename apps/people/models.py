"""People, units, posts, groups, deputies, contact points, invitations."""

from datetime import date, datetime
from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower, Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.clock import now
from apps.core.search import Grams
from apps.core.text import localized
from apps.people.enums import OFFICE_ROLES, ContactKind, DeputyScope, GroupKind, Language, Role, UnitKind
from apps.people.managers import (
    DeputyQuerySet,
    GroupQuerySet,
    PersonManager,
    PostQuerySet,
    UnitQuerySet,
)


class Unit(models.Model):
    """A college, department, office, programme or class. `path` lists the keys from the root: "1/5/12/".

    `entry_year`: of a class, the year in which its students entered (年級); a repeater's is that of the new class.
    """

    parent = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, blank=True, related_name="children")
    code = models.CharField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    name = models.JSONField(pgettext_lazy("person", "name"), default=dict)
    path = models.CharField(max_length=200, default="", editable=False)
    is_active = models.BooleanField(_("in use"), default=True)
    entry_year = models.PositiveSmallIntegerField(_("course year"), null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(OpClass(F("path"), name="text_pattern_ops"), name="people_unit_path"),
            models.Index(fields=["entry_year"], name="people_unit_year", condition=Q(entry_year__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="people_unit_not_own_parent"),
            models.CheckConstraint(
                condition=Q(entry_year__isnull=True) | Q(entry_year__range=(1950, 2150)), name="people_unit_year_is_one"
            ),
        ]

    def __str__(self) -> str:
        return localized(self.name) or self.code

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the path right; moving a unit with sub-units is services.move_unit's work."""
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else ''}{self.pk}/"
        if path != self.path:
            self.path = path
            type(self).objects.filter(pk=self.pk).update(path=path)


class Person(AbstractBaseUser, PermissionsMixin):
    """Anyone the office has to do with. Also the account: sign-in is by number (學號, 工號) or address."""

    number = models.CharField(pgettext_lazy("person", "number"), max_length=40, unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    email = models.EmailField(_("mail address for sign-in"), blank=True)
    language = models.CharField(_("language"), max_length=8, choices=Language, default=Language.HANT)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the administration site"), default=False)
    shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)
    created_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=1)

    objects = PersonManager()

    USERNAME_FIELD = "number"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Upper("number"), name="people_number_once"),
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="people_email_once"),
        ]
        indexes = [GinIndex(Grams("name"), name="people_name_grams")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("people:detail", args=[self.pk])

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def current_posts(self) -> list["Post"]:
        """The posts held today, the main one first (one query, kept on this object; none after `with_shown_posts`)."""
        if "shown_posts" in self.__dict__:
            return self.shown_posts
        return list(self.posts.current().select_related("unit").order_by("-is_main", "pk"))

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(post.role for post in self.current_posts)

    def has_role(self, *roles: str) -> bool:
        return self.is_active and bool(self.roles.intersection(roles))

    @property
    def is_office(self) -> bool:
        """Does this person work for the office (clerk, director, leader, administrator)?"""
        return self.has_role(*OFFICE_ROLES)

    @property
    def main_unit(self) -> Unit | None:
        return self.current_posts[0].unit if self.current_posts else None


class Post(models.Model):
    """What a person is, where, from when to when (both days included)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="posts")
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, related_name="posts")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    title = models.CharField(pgettext_lazy("person", "title"), max_length=80, blank=True)
    valid_from = models.DateField(pgettext_lazy("person", "from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    is_main = models.BooleanField(_("main post"), default=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="people_post_dates_in_order"
            ),
            ExclusionConstraint(
                name="people_post_no_overlap",
                expressions=[
                    (Func(F("person"), F("person"), models.Value("[]"), function="int8range"), "&&"),
                    (Func(F("unit"), F("unit"), models.Value("[]"), function="int8range"), "&&"),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            models.Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        "&&",
                    ),
                    (
                        Func(
                            Func(F("role"), function="hashtext"),
                            Func(F("role"), function="hashtext"),
                            models.Value("[]"),
                            function="int4range",
                        ),
                        "&&",
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["role", "unit"], name="people_post_role_unit")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.unit_id}"

    def is_current(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Group(models.Model):
    """A named set of people; a task team (任務型團隊) ends on a day."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.JSONField(pgettext_lazy("person", "name"), default=dict)
    kind = models.CharField(_("kind"), max_length=20, choices=GroupKind, default=GroupKind.GROUP)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="owned_groups")
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="member_groups")

    objects = GroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=GroupKind.TASK_TEAM) | Q(ends_on__isnull=False), name="people_team_has_end"
            )
        ]

    def __str__(self) -> str:
        return localized(self.name) or self.code


class Membership(models.Model):
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="memberships")
    added_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "person"], name="people_member_once")]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.person_id}"


class Deputy(models.Model):
    """A stand-in (代理) for a period and a scope. What the deputy does shows both names."""

    principal = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="deputies")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="deputy_for")
    scope = models.CharField(_("scope"), max_length=20, choices=DeputyScope, default=DeputyScope.ALL)
    starts_at = models.DateTimeField(pgettext_lazy("person", "from"))
    ends_at = models.DateTimeField(pgettext_lazy("person", "until"))
    reason = models.CharField(pgettext_lazy("person", "reason"), max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(principal=F("deputy")), name="people_deputy_is_another"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="people_deputy_times_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy_id} for {self.principal_id}"

    def covers(self, scope: str, at: datetime) -> bool:
        """As `in_force` and `covering` ask the database."""
        in_force = self.revoked_at is None and self.starts_at <= at < self.ends_at
        return in_force and self.scope in (DeputyScope.ALL, scope)


class ContactPoint(models.Model):
    """A way to reach a person. `verified_at`: the person proved it; `dead_at`: mail to it came back for good."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="contacts")
    kind = models.CharField(_("kind"), max_length=10, choices=ContactKind)
    value = models.CharField(_("address or number"), max_length=254)
    is_primary = models.BooleanField(_("main"), default=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    dead_cause = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("value"), "person", "kind", name="people_contact_once"),
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(is_primary=True), name="people_contact_one_main"
            ),
        ]
        indexes = [models.Index(Lower("value"), name="people_contact_value")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"

    @property
    def works(self) -> bool:
        return self.dead_at is None


class ContactProof(models.Model):
    """A link by which a person proves a contact point. Only the hash of its token is kept; it works once."""

    contact = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="proofs")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"proof {self.pk}"


class Invitation(models.Model):
    """A one-time link with which an imported person sets the first password. Only the hash of its token is kept."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def is_open(self, at: datetime) -> bool:
        return self.used_at is None and at < self.expires_at
