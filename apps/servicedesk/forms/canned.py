"""A canned reply in a form."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.people.models import Person, Unit
from apps.servicedesk.canned_words import mistakes
from apps.servicedesk.forms.base import PortalForm, long_text
from apps.servicedesk.models import CannedReply, Service


class CannedReplyForm(PortalForm):
    """Name and text in up to three languages; `values()` gives the columns."""

    name = forms.CharField(label=gettext_lazy("name of the reply"), max_length=60)
    body_zh_hant = long_text("繁體中文", required=False, rows=4)
    body_zh_hans = long_text("简体中文", required=False, rows=4)
    body_en = long_text("English", required=False, rows=4)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("offered to"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=gettext_lazy("the whole office"),
    )
    service = forms.ModelChoiceField(
        label=gettext_lazy("service"),
        queryset=Service.objects.none(),
        required=False,
        empty_label=gettext_lazy("every service"),
    )

    def __init__(self, *args: object, user: Person, reply: CannedReply | None = None, **kwargs: object) -> None:
        super().__init__(*args, initial=initial_of(reply) if reply else None, **kwargs)
        units = [post.unit_id for post in user.current_posts]
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=units).order_by("path")
        self.fields["service"].queryset = Service.objects.order_by("area__order", "order", "pk")

    def clean(self) -> dict[str, object]:
        data = super().clean()
        for name in BODIES:
            for mistake in mistakes(data.get(name) or ""):
                self.add_error(name, mistake)
        if not self.errors and not any(data.get(name) for name in BODIES):
            self.add_error("body_zh_hant", _("Write it in one language at least."))
        return data

    def values(self) -> dict[str, object]:
        data = self.cleaned_data
        body = {language: data[name] for name, language in BODIES.items() if data[name]}
        return {"name": data["name"], "body": body, "unit": data["unit"], "service": data["service"]}


BODIES = {f"body_{language.replace('-', '_')}": language for language, _name in settings.LANGUAGES}


def initial_of(reply: CannedReply) -> dict[str, object]:
    bodies = {name: reply.body.get(language, "") for name, language in BODIES.items()}
    return bodies | {"name": reply.name, "unit": reply.unit_id, "service": reply.service_id}
