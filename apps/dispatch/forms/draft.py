"""Write a paper: its words, and what goes with it."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_prose_editor.fields import ProseEditorFormField

from apps.core.text import localized
from apps.dispatch.forms.fields import LinesField, PaperForm, PersonField, all_units, unit_field
from apps.dispatch.models import Draft
from apps.dispatch.paper import paper_language, unprintable
from apps.dispatch.rules import can_sign
from apps.dispatch.services import Terms
from apps.dispatch.services.drafting import who_signs
from apps.dispatch.words import Party, Words
from apps.documents.enums import Access, Direction, Kind
from apps.documents.models import Document, Series, UrgencyLevel
from apps.notices.rich import EXTENSIONS, clean_html
from apps.people.models import Person, Unit

MOST_BODY = 400_000  # characters of HTML
PLAIN_KINDS = [(kind.value, kind.label) for kind in Kind]


class DraftForm(PaperForm):
    """`values()` gives words and terms. `drafter`: who may not sign it."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of paper"), choices=PLAIN_KINDS)
    series = forms.ModelChoiceField(label=gettext_lazy("Series of numbers"), queryset=Series.objects.none())
    lead = forms.TypedChoiceField(label=gettext_lazy("Issued by"), coerce=int)
    joint = LinesField(
        label=gettext_lazy("Jointly with (one in a line)"),
        help_text=gettext_lazy("The unit above takes the lead; the paper bears a number of its series."),
    )
    main_units = unit_field(gettext_lazy("Main addressees: units of the college"))
    main_others = LinesField(label=gettext_lazy("Main addressees: others (one in a line)"))
    copy_units = unit_field(gettext_lazy("Copies to: units of the college"))
    copy_others = LinesField(label=gettext_lazy("Copies to: others (one in a line)"))
    body = ProseEditorFormField(
        label=gettext_lazy("Text"), required=False, config={"extensions": EXTENSIONS}, sanitize=clean_html
    )
    annexes = LinesField(
        label=gettext_lazy("Names of the annexes (one in a line)"),
        help_text=gettext_lazy("As they stand on the paper; upload the files below."),
    )
    signer = PersonField(label=gettext_lazy("Who signs"))
    urgency = forms.ModelChoiceField(
        label=gettext_lazy("Urgency"), queryset=UrgencyLevel.objects.none(), required=False, empty_label="—"
    )
    access = forms.ChoiceField(label=gettext_lazy("Who may read it"), choices=Access, initial=Access.INTERNAL)
    contact = forms.CharField(label=gettext_lazy("Contact"), max_length=120, required=False)
    printed_by = forms.CharField(label=gettext_lazy("Printed by"), max_length=120, required=False)
    copies = forms.IntegerField(label=pgettext_lazy("a paper", "Copies"), min_value=1, max_value=999, initial=1)
    reason = forms.CharField(label=gettext_lazy("What changed (if you like)"), max_length=200, required=False)

    def __init__(self, *args: object, drafter: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.drafter = drafter
        units = all_units()
        for name in ("main_units", "copy_units", "lead"):
            self.fields[name].choices = units
        series = Series.objects.filter(direction=Direction.OUTGOING, is_active=True).select_related("numbers", "unit")
        self.fields["series"].queryset = series
        self.fields["series"].label_from_instance = lambda row: localized(row.numbers.name)
        levels = UrgencyLevel.objects.filter(is_offered=True)
        self.fields["urgency"].queryset = levels
        self.fields["urgency"].label_from_instance = lambda row: localized(row.name)

    def clean_body(self) -> str:
        body = self.cleaned_data["body"]
        if len(body) > MOST_BODY:
            raise forms.ValidationError(_("The text is too long for one paper. Put a part of it into an annex."))
        return body

    def clean_signer(self) -> Person:
        signer = self.cleaned_data["signer"]
        if signer == self.drafter:
            raise forms.ValidationError(_("Nobody signs what they drafted. Choose somebody else."))
        return signer

    def clean(self) -> dict[str, object]:
        data = super().clean()
        signer, series = data.get("signer"), data.get("series")
        if signer and series and not can_sign(signer, series):
            self.add_error("signer", who_signs(series))
        if not self.errors:
            missing = unprintable(self.words())
            if missing:
                words = _("The typeface has no such characters: %(characters)s")
                raise forms.ValidationError(words % {"characters": missing})
        return data

    def words(self) -> Words:
        data, language = self.cleaned_data, paper_language()
        wanted = {data["lead"], *data["main_units"], *data["copy_units"]}
        units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=wanted)}

        def parties(keys: list[int], names: list[str]) -> tuple[Party, ...]:
            inside = [unit for key, unit in units.items() if key in keys]
            inside.sort(key=lambda unit: unit.path)
            return (*(Party.of(unit, language) for unit in inside), *(Party(name) for name in names))

        urgency = data["urgency"]
        printed = urgency is not None and urgency.rank < 3  # an ordinary paper says nothing of it
        return Words(
            title=" ".join(data["title"].split()),
            kind=data["kind"],
            body=data["body"],
            issuers=(Party.of(units[data["lead"]], language), *(Party(name) for name in data["joint"])),
            main=parties(data["main_units"], data["main_others"]),
            copies_to=parties(data["copy_units"], data["copy_others"]),
            annexes=tuple(data["annexes"]),
            urgency=localized(urgency.name, language) if printed else "",
        )

    def terms(self, *, answers: Document | None = None) -> Terms:
        data = self.cleaned_data
        names = ("series", "signer", "access", "urgency", "contact", "printed_by", "copies")
        return Terms(**{name: data[name] for name in names}, answers=answers)


def initial_of(draft: Draft, words: Words) -> dict[str, object]:
    """How a paper stands in the form."""
    row = draft.document

    def inside(parties: tuple[Party, ...]) -> list[int]:
        return [party.unit for party in parties if party.unit]

    def outside(parties: tuple[Party, ...]) -> list[str]:
        return [party.name for party in parties if not party.unit]

    return {
        "title": words.title,
        "kind": words.kind,
        "body": words.body,
        "annexes": list(words.annexes),
        "lead": words.issuers[0].unit if words.issuers else None,
        "joint": [party.name for party in words.issuers[1:]],
        "main_units": inside(words.main),
        "main_others": outside(words.main),
        "copy_units": inside(words.copies_to),
        "copy_others": outside(words.copies_to),
        "signer": f"{draft.signer.number} {draft.signer.name}",
        "series": draft.series_id,
        "urgency": row.urgency_id,
        "access": row.access,
        "contact": draft.contact,
        "printed_by": draft.printed_by,
        "copies": draft.copies,
    }
