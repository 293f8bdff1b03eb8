"""Saved audiences: a rule with a name, to be used again. What went out keeps its own copy."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.notices.audience import Rule
from apps.notices.models import SavedAudience
from apps.people.models import Person, Unit


class UnableToSaveAudience(Exception):
    """The name is used, the rule takes nobody, it is no longer in use, or somebody else changed it meanwhile."""


def create_audience(
    *, name: str, rule: Rule, unit: Unit | None, actor: Person, at: datetime | None = None
) -> SavedAudience:
    """Keep `rule` under `name`, for the whole office (`unit` None) or for a unit. Raises UnableToSaveAudience."""
    at = at or now()
    _check(rule)
    try:
        with transaction.atomic():
            made = SavedAudience.objects.create(
                name=name, rule=rule.as_json(), unit=unit, owner=actor, created_at=at, changed_at=at
            )
            record(actor=actor, verb="created", obj=made, changes={"name": name}, at=at)
    except IntegrityError as error:
        raise UnableToSaveAudience(_("Another saved audience has this name.")) from error
    return made


def change_audience(
    *, audience: SavedAudience, version: int, name: str, rule: Rule, actor: Person, at: datetime | None = None
) -> SavedAudience:
    """Another name or rule for what stands at `version`. Raises UnableToSaveAudience."""
    at = at or now()
    _check(rule)
    try:
        with transaction.atomic():
            fresh = _locked(audience)
            if fresh.version != version:
                raise UnableToSaveAudience(_("Somebody else has changed this audience meanwhile."))
            changes = {"name": [fresh.name, name], "rule": [fresh.rule, rule.as_json()]}
            fresh.name, fresh.rule = name, rule.as_json()
            fresh.version, fresh.changed_at = version + 1, at
            fresh.save()
            record(actor=actor, verb="edited", obj=fresh, changes=changes, at=at)
    except IntegrityError as error:
        raise UnableToSaveAudience(_("Another saved audience has this name.")) from error
    return fresh


@transaction.atomic
def retire_audience(*, audience: SavedAudience, actor: Person, at: datetime | None = None) -> None:
    """Nobody can choose it any more; its name is free again. Raises UnableToSaveAudience the second time."""
    at = at or now()
    fresh = _locked(audience)
    fresh.is_active, fresh.version, fresh.changed_at = False, fresh.version + 1, at
    fresh.save()
    record(actor=actor, verb="retired", obj=fresh, at=at)


def _locked(audience: SavedAudience) -> SavedAudience:
    fresh = SavedAudience.objects.select_for_update().get(pk=audience.pk)
    if not fresh.is_active:
        raise UnableToSaveAudience(_("This audience is no longer in use."))
    return fresh


def _check(rule: Rule) -> None:
    if rule.is_empty:
        raise UnableToSaveAudience(_("Choose units, roles, groups or numbers."))
