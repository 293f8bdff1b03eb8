"""Saved audiences: a rule with a name, to be used again. What went out keeps its own copy."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.notices.audience import Rule
from apps.notices.models import Notice, SavedAudience
from apps.people.models import Person, Unit


class UnableToSaveAudience(Exception):
    """The name is used, the rule takes nobody, it is no longer in use, or somebody else changed it meanwhile."""


class AudienceClash(UnableToSaveAudience):
    """Somebody else saved meanwhile: `current` is how it stands now."""

    def __init__(self, current: SavedAudience) -> None:
        self.current = current
        super().__init__(_("Somebody else has changed this audience meanwhile."))


def create_audience(
    *,
    name: str,
    rule: Rule,
    unit: Unit | None,
    actor: Person,
    notice: Notice | None = None,
    at: datetime | None = None,
) -> SavedAudience:
    """Keep `rule` under `name`, for the whole office (`unit` None) or for a unit. Raises UnableToSaveAudience.

    `notice`: the draft whose rule it is; it remembers the audience from then on, like those copied from it later.
    """
    at = at or now()
    _check(rule)
    try:
        with transaction.atomic():
            made = SavedAudience.objects.create(
                name=name, rule=rule.as_json(), unit=unit, owner=actor, created_at=at, changed_at=at
            )
            if notice:
                Notice.objects.filter(pk=notice.pk).update(audience_from=made, audience_version=made.version)
            record(actor=actor, verb="created", obj=made, changes={"name": name}, at=at)
    except IntegrityError as error:
        raise name_taken() from error
    return made


def change_audience(
    *,
    audience: SavedAudience,
    version: int,
    name: str,
    rule: Rule,
    unit: Unit | None,
    actor: Person,
    at: datetime | None = None,
) -> SavedAudience:
    """Another name, rule or unit for what stands at `version`. Raises AudienceClash, UnableToSaveAudience.

    Nothing new changes nothing: no version, no history.
    """
    at = at or now()
    _check(rule)
    try:
        with transaction.atomic():
            fresh = _locked(audience)
            if fresh.version != version:
                raise AudienceClash(fresh)
            wanted = {"name": name, "rule": rule.as_json(), "unit_id": unit.pk if unit else None}
            before = {"name": fresh.name, "rule": fresh.as_rule.as_json(), "unit_id": fresh.unit_id}
            changes = {field: [before[field], wanted[field]] for field in wanted if before[field] != wanted[field]}
            if not changes:
                return fresh
            for field, value in wanted.items():
                setattr(fresh, field, value)
            fresh.version, fresh.changed_at = version + 1, at
            fresh.save()
            record(actor=actor, verb="edited", obj=fresh, changes=changes, at=at)
    except IntegrityError as error:
        raise name_taken() from error
    return fresh


@transaction.atomic
def retire_audience(*, audience: SavedAudience, actor: Person, at: datetime | None = None) -> None:
    """Nobody can choose it any more; its name is free again. Raises UnableToSaveAudience the second time."""
    _set_active(_locked(audience), False, at or now())
    record(actor=actor, verb="retired", obj=audience, at=at or now())


def restore_audience(*, audience: SavedAudience, actor: Person, at: datetime | None = None) -> None:
    """It can be chosen again; in use already, nothing changes. Raises UnableToSaveAudience when its name was taken."""
    try:
        with transaction.atomic():
            fresh = SavedAudience.objects.select_for_update().get(pk=audience.pk)
            if fresh.is_active:
                return
            _set_active(fresh, True, at or now())
            record(actor=actor, verb="restored", obj=fresh, at=at or now())
    except IntegrityError as error:
        raise name_taken() from error


def _set_active(fresh: SavedAudience, is_active: bool, at: datetime) -> None:
    fresh.is_active, fresh.version, fresh.changed_at = is_active, fresh.version + 1, at
    fresh.save()


def name_taken() -> UnableToSaveAudience:
    return UnableToSaveAudience(_("Another saved audience has this name."))


def _locked(audience: SavedAudience) -> SavedAudience:
    fresh = SavedAudience.objects.select_for_update().get(pk=audience.pk)
    if not fresh.is_active:
        raise UnableToSaveAudience(_("This audience is no longer in use."))
    return fresh


def _check(rule: Rule) -> None:
    if rule.is_empty:
        raise UnableToSaveAudience(_("Choose units, roles, groups or numbers."))
