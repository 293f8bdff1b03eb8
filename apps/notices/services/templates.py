"""Templates: keep, change (a new version each time), stop using; begin a notice from one, or keep a notice as one."""

from collections.abc import Mapping
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core.calendar import WorkingTime, office_time
from apps.core.clock import now
from apps.core.text import FALLBACK
from apps.journal.services import record
from apps.notices.chat_groups import allowed
from apps.notices.models import Notice, NoticeTemplate, TemplateVersion
from apps.notices.placeholders import Facts, fill, mistakes
from apps.notices.rich import clean_html
from apps.notices.services.compose import create_draft
from apps.people.models import Person, Unit

FIELDS = (
    "title",
    "body",
    "notice_class",
    "needs_acknowledgement",
    "acknowledge_days",
    "ends_days",
    "reminder_days",
    "ladder",
    "robots",
    "saved_audience",
    "audience",
)
USUAL_TIME = time(9)  # of a notice begun for a later day
LONGEST = 250  # working days


class UnableToSaveTemplate(Exception):
    """The template cannot be kept, changed, retired or used; the text says why."""


class TemplateClash(UnableToSaveTemplate):
    """Somebody else saved meanwhile: `current` is how it stands now."""

    def __init__(self, current: NoticeTemplate) -> None:
        self.current = current
        super().__init__(_("Somebody else has changed this template meanwhile."))


def create_template(
    *, name: str, unit: Unit | None, values: Mapping[str, object], actor: Person, at: datetime | None = None
) -> NoticeTemplate:
    """Keep a template for the whole office (`unit` None) or a unit. `values` has the FIELDS; texts are cleaned here.

    Raises UnableToSaveTemplate.
    """
    at = at or now()
    values = _checked(values)
    try:
        with transaction.atomic():
            made = NoticeTemplate.objects.create(name=name, unit=unit, owner=actor, created_at=at, changed_at=at)
            TemplateVersion.objects.create(template=made, number=1, made_by=actor, made_at=at, **values)
            record(actor=actor, verb="created", obj=made, changes={"name": name}, at=at)
    except IntegrityError as error:
        raise UnableToSaveTemplate(_("Another template has this name.")) from error
    return made


def change_template(
    *,
    template: NoticeTemplate,
    version: int,
    name: str,
    unit: Unit | None,
    values: Mapping[str, object],
    actor: Person,
    at: datetime | None = None,
) -> NoticeTemplate:
    """Save over what stands at `version`; other words or terms make a new version. Raises TemplateClash as well."""
    at = at or now()
    values = _checked(values)
    try:
        with transaction.atomic():
            fresh = _locked(template)
            if fresh.version != version:
                raise TemplateClash(fresh)
            changed = _changed(fresh.newest(), values)
            if changed:
                fresh.latest += 1
                TemplateVersion.objects.create(template=fresh, number=fresh.latest, made_by=actor, made_at=at, **values)
            fresh.name, fresh.unit = name, unit
            fresh.version, fresh.changed_at = version + 1, at
            fresh.save()
            changes = {"fields": changed, "version": fresh.latest}
            record(actor=actor, verb="edited", obj=fresh, changes=changes, at=at)
    except IntegrityError as error:
        raise UnableToSaveTemplate(_("Another template has this name.")) from error
    return fresh


@transaction.atomic
def retire_template(*, template: NoticeTemplate, actor: Person, at: datetime | None = None) -> None:
    """Nobody can begin from it any more; its name is free again. Raises UnableToSaveTemplate while a series uses it."""
    at = at or now()
    fresh = _locked(template)
    names = list(fresh.series.not_ended().order_by("name").values_list("name", flat=True)[:5])
    if names:
        raise UnableToSaveTemplate(_("A series still uses it: %(names)s. End it first.") % {"names": "、".join(names)})
    fresh.is_active, fresh.version, fresh.changed_at = False, fresh.version + 1, at
    fresh.save()
    record(actor=actor, verb="retired", obj=fresh, at=at)


@transaction.atomic
def start_notice(
    *, template: NoticeTemplate, actor: Person, unit: Unit, day: date | None = None, at: datetime | None = None
) -> Notice:
    """An ordinary draft with the words filled for `day` (today); for a later one it is to go out on that morning.

    Raises UnableToSaveTemplate for a template no longer in use, CalendarYearMissing where its days cannot be counted.
    """
    at = at or now()
    if not template.is_active:
        raise UnableToSaveTemplate(_("This template is no longer in use."))
    working = office_time()
    day = max(day or working.day(at), working.day(at))
    publish_at = datetime.combine(day, USUAL_TIME, working.zone) if day > working.day(at) else None
    version = template.newest()
    values = draft_values(version, date=day, day=day, publish_at=publish_at, unit=unit, working=working)
    values["robots"] = allowed(actor, version.robots)  # whoever made the template may post to more of them
    return create_draft(actor=actor, values=values, template_version=version, at=at)


def draft_values(
    version: TemplateVersion,
    *,
    date: date,
    day: date,
    publish_at: datetime | None,
    unit: Unit,
    working: WorkingTime,
    ends_from: date | None = None,
) -> dict[str, object]:
    """What `create_draft` takes for a notice that goes out on `day`; `date` names its year, month and term.

    `ends_from`: the day from which its end counts, where it was to go out earlier. Raises CalendarYearMissing.
    """
    acknowledge_by = _end(working, day, version.acknowledge_days)
    facts = Facts(date, day, working.day(acknowledge_by) if acknowledge_by else None)
    words = {
        name: {language: fill(text, language, facts) for language, text in getattr(version, name).items()}
        for name in ("title", "body")
    }
    return {
        **words,
        **{name: getattr(version, name) for name in ("notice_class", "needs_acknowledgement", "reminder_days")},
        "ladder": version.ladder,
        "robots": version.robots,
        "audience": version.rule.as_json(),
        "unit": unit,
        "publish_at": publish_at,
        "acknowledge_by": acknowledge_by,
        "expires_at": _end(working, ends_from or day, version.ends_days),
    }


def values_of_notice(notice: Notice, *, working: WorkingTime, at: datetime) -> dict[str, object]:
    """A notice as the content of a template: its moments become working days after publishing."""
    start = working.day(notice.published_at or notice.publish_at or at)
    return {
        **{name: getattr(notice, name) for name in ("title", "body", "notice_class", "needs_acknowledgement")},
        "acknowledge_days": _days(working, start, notice.acknowledge_by),
        "ends_days": _days(working, start, notice.expires_at),
        "reminder_days": notice.reminder_days,
        "ladder": [] if notice.is_out else notice.ladder,
        "robots": notice.robots,
        "saved_audience": None,
        "audience": notice.audience,
    }


def wrong_words(values: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """(title or body, language, what is wrong) for each placeholder that could not be filled."""
    found = []
    for part in ("title", "body"):
        for language, text in values[part].items():
            told = mistakes(text, has_deadline=bool(values["acknowledge_days"]))
            found += [(part, language, words) for words in told]
    return found


def _checked(values: Mapping[str, object]) -> dict[str, object]:
    given = {name: values[name] for name in FIELDS}
    given["body"] = {language: clean_html(text) for language, text in given["body"].items()}
    if not any(given["title"].get(language) and given["body"].get(language) for language in FALLBACK):
        raise UnableToSaveTemplate(_("Write a title and a text in at least one language."))
    if any(given[name] is not None and not 1 <= given[name] <= LONGEST for name in ("acknowledge_days", "ends_days")):
        raise UnableToSaveTemplate(_("Give 1 to %(most)s working days, or none.") % {"most": LONGEST})
    if wrong := wrong_words(given):
        raise UnableToSaveTemplate(" ".join(dict.fromkeys(words for _part, _language, words in wrong)))
    return given


def _changed(version: TemplateVersion, values: Mapping[str, object]) -> list[str]:
    return [name for name in FIELDS if getattr(version, name) != values[name]]


def _locked(template: NoticeTemplate) -> NoticeTemplate:
    fresh = NoticeTemplate.objects.select_for_update(no_key=True).get(pk=template.pk)
    if not fresh.is_active:
        raise UnableToSaveTemplate(_("This template is no longer in use."))
    return fresh


def _end(working: WorkingTime, day: date, days: int | None) -> datetime | None:
    """The last working moment of the day so many working days after `day`."""
    return working.end_of_day(working.next_working_day(day, days)) if days else None


def _days(working: WorkingTime, start: date, moment: datetime | None) -> int | None:
    if moment is None:
        return None
    days = working.working_days_between(start, working.day(moment))
    return days if 1 <= days <= LONGEST else None
