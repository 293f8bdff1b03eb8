"""Compose a notice; say why somebody is excused or what was said on the phone."""

from collections.abc import Iterable
from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_prose_editor.fields import ProseEditorFormField

from apps.delivery.enums import Channel
from apps.notices.audience import Line
from apps.notices.audience_fields import AudienceFields, copied_from, initial_of_rule
from apps.notices.audience_line import CHECK
from apps.notices.chat_groups import robots_for
from apps.notices.enums import NoticeClass
from apps.notices.ladder import channels_of, usual_channels
from apps.notices.models import Notice
from apps.notices.models.notice import usual_reminder_days
from apps.notices.rich import EXTENSIONS, clean_html
from apps.notices.rules import can_send_urgently
from apps.people.enums import Language
from apps.people.models import Person, Unit

LANGUAGES = {code.replace("-", "_"): code for code in Language.values}
REMINDER_DAYS = (
    (-5, gettext_lazy("5 before")),
    (-3, gettext_lazy("3 before")),
    (-1, gettext_lazy("1 before")),
    (0, gettext_lazy("on the day")),
    (1, gettext_lazy("1 after")),
    (2, gettext_lazy("2 after")),
    (3, gettext_lazy("3 after")),
)


class MomentField(forms.DateTimeField):
    """A day and a time in the portal's zone, by the browser's own picker."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control"}, format="%Y-%m-%dT%H:%M")


def words_fields() -> dict[str, forms.Field]:
    """A title and a text in each language, by the names `title_zh_hant`, `body_zh_hant`, …"""
    found: dict[str, forms.Field] = {}
    for key, code in LANGUAGES.items():
        name = Language(code).label
        title = forms.CharField(label=_("Title (%(language)s)") % {"language": name}, max_length=160, required=False)
        title.widget.attrs.update({"class": "form-control", "lang": code})
        found[f"title_{key}"] = title
        found[f"body_{key}"] = ProseEditorFormField(
            label=_("Text (%(language)s)") % {"language": name},
            required=False,
            config={"extensions": EXTENSIONS},
            sanitize=clean_html,
        )
    return found


def check_words(form: forms.Form, data: dict[str, object]) -> None:
    """A title goes with a text, and one language has both."""
    whole = 0
    for key in LANGUAGES:
        title, body = data.get(f"title_{key}"), data.get(f"body_{key}")
        if title and not body:
            form.add_error(f"body_{key}", _("This language has a title but no text."))
        if body and not title:
            form.add_error(f"title_{key}", _("This language has a text but no title."))
        whole += bool(title and body)
    if not whole and not form.errors:
        form.add_error(None, _("Write a title and a text in at least one language."))


class LadderFields(forms.Form):
    """How it goes out: urgent or not, by which channels, to which chat groups. Only what is set up is offered."""

    is_urgent = forms.BooleanField(
        label=gettext_lazy("Urgent: leave at once, at night too"),
        required=False,
        widget=forms.CheckboxInput(attrs=CHECK),
    )
    urgent_reason = forms.CharField(
        label=gettext_lazy("Why it is urgent"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    ladder = forms.MultipleChoiceField(
        label=gettext_lazy("Channels, one after the other"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=CHECK),
    )
    robots = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Also post to these chat groups"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=CHECK),
    )

    def offer_channels(self, user: Person) -> None:
        usual = usual_channels()
        self.fields["ladder"].choices = [(code, Channel(code).label) for code in usual]
        self.fields["ladder"].initial = usual
        self.fields["robots"].choices = [(robot.pk, robot.name) for robot in robots_for(user)]
        if not can_send_urgently(user):
            del self.fields["is_urgent"], self.fields["urgent_reason"]

    def check_urgent(self, data: dict[str, object]) -> None:
        if data.get("is_urgent") and not data.get("urgent_reason", "").strip():
            self.add_error("urgent_reason", _("Say why it is urgent: it may wake people up."))

    def ladder_values(self) -> dict[str, object]:
        """All channels ticked, or none, means the usual ones, as they will be on the day of publishing."""
        data = self.cleaned_data
        return {
            "is_urgent": data.get("is_urgent", False),
            "urgent_reason": data.get("urgent_reason", "").strip(),
            "ladder": [] if data["ladder"] == usual_channels() else data["ladder"],
            "robots": data["robots"],
        }


class NoticeForm(AudienceFields, LadderFields):
    """The whole notice but its audience's lines (LineFormSet). `values` gives what services.compose takes."""

    notice_class = forms.ChoiceField(
        label=gettext_lazy("Class"),
        choices=NoticeClass,
        initial=NoticeClass.MANDATORY,
        widget=forms.RadioSelect(attrs=CHECK),
    )
    needs_acknowledgement = forms.BooleanField(
        label=gettext_lazy("Ask for acknowledgement"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs=CHECK),
    )
    unit = forms.TypedChoiceField(label=gettext_lazy("In the name of"), coerce=int)
    publish_at = MomentField(label=gettext_lazy("Publish at"), required=False)
    acknowledge_by = MomentField(label=gettext_lazy("Acknowledge by"), required=False)
    expires_at = MomentField(label=gettext_lazy("Ends at"), required=False)

    joins_until = forms.DateField(
        label=gettext_lazy("Also who joins until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )
    reminder_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Reminders (working days)"),
        choices=REMINDER_DAYS,
        coerce=int,
        required=False,
        initial=usual_reminder_days,
        widget=forms.CheckboxSelectMultiple(attrs=CHECK),
    )

    def __init__(
        self, *args: object, user: Person, units: list[tuple[int, str]], at: datetime, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.offer_channels(user)
        self.fields.update(words_fields())
        self.fields["unit"].choices = units
        self.fields["unit"].widget.attrs["class"] = "form-select"
        self.offer_audience(user, at)

    def clean(self) -> dict[str, object]:
        data = super().clean()
        check_words(self, data)
        self.check_urgent(data)
        self._check_times(data)
        return data

    def _check_times(self, data: dict[str, object]) -> None:
        start = data.get("publish_at") or self.at
        for name in ("acknowledge_by", "expires_at"):
            if data.get(name) and data[name] <= start:
                self.add_error(name, _("This must be after the notice is published."))
        if data.get("joins_until") and data["joins_until"] < timezone.localtime(start).date():
            self.add_error("joins_until", _("This must be after the notice is published."))

    def values(self, lines: Iterable[Line], but_lines: Iterable[Line] = ()) -> dict[str, object]:
        data = self.cleaned_data
        return {
            "title": {code: data[f"title_{key}"] for key, code in LANGUAGES.items() if data[f"title_{key}"]},
            "body": {code: data[f"body_{key}"] for key, code in LANGUAGES.items() if data[f"body_{key}"]},
            **self.audience_values(lines, but_lines),
            "unit": Unit.objects.get(pk=data["unit"]),
            **{
                name: data[name]
                for name in ("notice_class", "needs_acknowledgement", "publish_at", "acknowledge_by", "expires_at")
            },
            "joins_until": data["joins_until"],
            "reminder_days": data["reminder_days"],
            **self.ladder_values(),
        }


def initial_of(notice: Notice) -> dict[str, object]:
    """How a saved draft stands in NoticeForm."""
    words = {
        f"{part}_{key}": getattr(notice, part).get(code, "")
        for key, code in LANGUAGES.items()
        for part in ("title", "body")
    }
    return words | {
        "notice_class": notice.notice_class,
        "needs_acknowledgement": notice.needs_acknowledgement,
        "unit": notice.unit_id,
        **initial_of_rule(notice.rule),
        "copied_from": copied_from(notice.audience_from_id, notice.audience_version),
        "publish_at": notice.publish_at,
        "acknowledge_by": notice.acknowledge_by,
        "expires_at": notice.expires_at,
        "joins_until": notice.joins_until,
        "reminder_days": notice.reminder_days,
        "is_urgent": notice.is_urgent,
        "urgent_reason": notice.urgent_reason,
        "ladder": channels_of(notice),
        "robots": notice.robots,
    }


class NoteForm(forms.Form):
    """A reason, or what was said."""

    note = forms.CharField(
        label=gettext_lazy("Reason or note"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )
