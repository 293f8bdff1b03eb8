"""URLs of this app."""

from django.urls import URLPattern, path

from apps.dispatch.views import drafting, issuing, ledger, listing, papers, signing, used, words

app_name = "dispatch"
urlpatterns: list[URLPattern] = [
    path("", listing.papers, name="list"),
    path("new", drafting.create, name="create"),
    path("numbers/", ledger.ledger, name="ledger"),
    path("numbers/reserve", ledger.reserve, name="reserve"),
    path("numbers/lines/<int:line_pk>/void", ledger.void_line, name="void_line"),
    path("numbers/lines/<int:line_pk>/used", used.use_line, name="use_line"),
    path("<int:pk>", papers.detail, name="detail"),
    path("<int:pk>/edit", drafting.edit, name="edit"),
    path("<int:pk>/docx", words.docx, name="docx"),
    path("<int:pk>/foot", drafting.foot, name="foot"),
    path("<int:pk>/editions/<int:number>", papers.edition, name="edition"),
    path("<int:pk>/compare", papers.compare, name="compare"),
    path("<int:pk>/opinions/<int:opinion_pk>/picture", papers.picture, name="picture"),
    path("<int:pk>/set-again", papers.set_again, name="set_again"),
    path("<int:pk>/put-up", signing.put_up, name="put_up"),
    path("<int:pk>/sign", signing.sign, name="sign"),
    path("<int:pk>/steps/<int:step_pk>/decide", signing.decide, name="decide"),
    path("<int:pk>/steps/<int:step_pk>/change", signing.change_signer, name="change_signer"),
    path("<int:pk>/add-signer", signing.add_signer, name="add_signer"),
    path("<int:pk>/urge", signing.urge, name="urge"),
    path("<int:pk>/take-back", signing.take_back, name="take_back"),
    path("<int:pk>/withdraw", signing.withdraw, name="withdraw"),
    path("<int:pk>/hand-over", drafting.hand_over, name="hand_over"),
    path("<int:pk>/number", issuing.number, name="number"),
    path("<int:pk>/seal", issuing.seal, name="seal"),
    path("<int:pk>/send", issuing.send, name="send"),
    path("<int:pk>/sent-lines", issuing.note_sent, name="note_sent"),
    path("<int:pk>/sent-lines/<int:line_pk>/take-back", issuing.take_line_back, name="take_line_back"),
    path("<int:pk>/void", issuing.void, name="void"),
]
