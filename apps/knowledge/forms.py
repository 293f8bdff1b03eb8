"""Write an article; say whether it helped; say that it is still right."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.knowledge.enums import Audience
from apps.knowledge.models import Article, ArticleVersion
from apps.notices.audience_line import unit_choices
from apps.notices.forms import LANGUAGES, check_words, words_fields
from apps.people.enums import OFFICE_ROLES
from apps.people.models import Person, Unit

INPUT, SELECT, CHECK = ({"class": css} for css in ("form-control", "form-select", "form-check-input"))
REVIEW_AFTER = timedelta(days=180)


def day_field(label: str, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", **INPUT}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, help_text=help_text)


class ArticleForm(forms.Form):
    """Words in three languages, and the terms. `values()` gives what the service takes."""

    keywords = forms.CharField(
        label=gettext_lazy("What people call it"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Other names, in any language, with spaces between; the search finds them."),
        widget=forms.TextInput(attrs=INPUT),
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may read it"), choices=Audience, widget=forms.RadioSelect(attrs=CHECK)
    )
    unit = forms.TypedChoiceField(
        label=gettext_lazy("Which unit"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs=SELECT),
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who looks after it"),
        queryset=Person.objects.none(),
        widget=forms.Select(attrs=SELECT),
        error_messages={"invalid_choice": gettext_lazy("Choose somebody of the office.")},
    )
    review_on = day_field(
        gettext_lazy("Look at it again by"), gettext_lazy("On that day the one who looks after it is told.")
    )

    def __init__(
        self, *args: object, user: Person, today: date, article: Article | None = None, **kwargs: object
    ) -> None:
        self.article, self.today = article, today
        kwargs.setdefault("initial", initial_of(article) if article else usual(user, today))
        super().__init__(*args, **kwargs)
        self.fields.update(words_fields())
        self.fields["unit"].choices = [("", "—"), *unit_choices(user)]
        self.fields["owner"].queryset = Person.objects.active().with_role(*OFFICE_ROLES).order_by("name", "pk")

    def clean_review_on(self) -> date:
        day = self.cleaned_data["review_on"]
        if day <= self.today and not (self.article and day == self.article.review_on):
            raise forms.ValidationError(_("The day must lie ahead."))
        return day

    def clean(self) -> dict[str, object]:
        data = super().clean()
        check_words(self, data)
        if data.get("audience") == Audience.UNIT and not data.get("unit"):
            self.add_error("unit", _("Choose the unit."))
        return data

    def values(self) -> dict[str, object]:
        data = self.cleaned_data
        unit = data["unit"] if data["audience"] == Audience.UNIT else None
        words = {
            part: {code: data[f"{part}_{key}"] for key, code in LANGUAGES.items() if data.get(f"{part}_{key}")}
            for part in ("title", "body")
        }
        return {
            **words,
            **{name: data[name] for name in ("keywords", "audience", "owner", "review_on")},
            "unit": Unit.objects.get(pk=unit) if unit else None,
        }


def usual(user: Person, today: date) -> dict[str, object]:
    return {"audience": Audience.ALL, "owner": user.pk, "review_on": today + REVIEW_AFTER}


def initial_of(article: Article) -> dict[str, object]:
    """How an article stands in the form."""
    version: ArticleVersion = article.versions.get(number=article.latest)
    words = {
        f"{part}_{key}": getattr(version, part).get(code, "")
        for key, code in LANGUAGES.items()
        for part in ("title", "body")
    }
    terms = {"audience": article.audience, "unit": article.unit_id, "owner": article.owner_id}
    return {**words, **terms, "keywords": version.keywords, "review_on": article.review_on}


class FeedbackForm(forms.Form):
    """Yes or no, and a word for the office."""

    helped = forms.TypedChoiceField(choices=(("yes", ""), ("no", "")), coerce=lambda text: text == "yes")
    word = forms.CharField(
        label=gettext_lazy("What was missing, or what was good (if you like)"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, **INPUT}),
    )


class CheckForm(forms.Form):
    next_review = day_field(gettext_lazy("Look at it again by"))
