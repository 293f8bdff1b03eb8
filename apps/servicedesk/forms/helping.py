"""What an administrator says about help: the articles of a service, when to ask "is this the same", missed words."""

from django import forms
from django.utils.translation import gettext_lazy

from apps.core.text import localized
from apps.knowledge.models import Article
from apps.questionnaires.definitions import read_fields
from apps.questionnaires.enums import FieldKind
from apps.servicedesk.forms.base import PortalForm
from apps.servicedesk.models import DuplicateRule, Service

MOST_DAYS = 365
NAMING = (FieldKind.TEXT, FieldKind.CHOICE)


class ArticlesForm(PortalForm):
    """Which articles belong to the service; they are offered in the order of their titles here."""

    articles = forms.ModelMultipleChoiceField(
        label=gettext_lazy("articles of this service"),
        queryset=Article.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["articles"].queryset = Article.objects.published().order_by("pk")


class DuplicatesForm(PortalForm):
    days = forms.IntegerField(
        label=gettext_lazy("look back this many days"),
        min_value=0,
        max_value=MOST_DAYS,
        help_text=gettext_lazy("For the same person and service. 0: never ask."),
    )
    thing_keys = forms.MultipleChoiceField(
        label=gettext_lazy("answers that name the thing"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Such as the room of a repair: who files for the same one is told that it is reported already, "
            "without names."
        ),
    )

    def __init__(self, *args: object, service: Service, rule: DuplicateRule, **kwargs: object) -> None:
        kwargs.setdefault("initial", {"days": rule.days, "thing_keys": rule.thing_keys})
        super().__init__(*args, **kwargs)
        version = service.form.versions.order_by("-number").first()
        fields = read_fields(version) if version else []
        self.fields["thing_keys"].choices = [
            (each.key, localized(each.label)) for each in fields if each.kind in NAMING and not each.office_only
        ]


class SettleForm(forms.Form):
    """A service that gets the words, or none: the office does nothing of the kind."""

    service = forms.ModelChoiceField(queryset=Service.objects.order_by("area__order", "order", "pk"), required=False)
