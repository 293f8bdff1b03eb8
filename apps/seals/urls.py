"""URLs of this app."""

from django.urls import URLPattern, path

from apps.seals.views import book, keeping, ledger, register

app_name = "seals"
urlpatterns: list[URLPattern] = [
    path("", register.list_seals, name="list"),
    path("new", register.create, name="create"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/<int:pk>", ledger.detail, name="use"),
    path("ledger/<int:pk>/impress", ledger.impress, name="impress"),
    path("ledger/<int:pk>/entries/<int:entry_pk>/correct", ledger.correct, name="correct"),
    path("ledger/<int:pk>/close", ledger.close, name="close"),
    path("ledger/<int:pk>/take-out", ledger.take_out, name="take_out"),
    path("ledger/<int:pk>/outings/<int:outing_pk>/back", ledger.bring_back, name="bring_back"),
    path("<int:pk>", register.detail, name="detail"),
    path("<int:pk>/edit", register.edit, name="edit"),
    path("<int:pk>/state", register.set_state, name="set_state"),
    path("<int:pk>/specimens", register.add_specimen, name="add_specimen"),
    path("<int:pk>/keeper", keeping.appoint, name="appoint"),
    path("<int:pk>/stand-in", keeping.stand_in, name="stand_in"),
    path("<int:pk>/stand-in/<int:keeping_pk>/end", keeping.end_stand_in, name="end_stand_in"),
    path("<int:pk>/give", keeping.give, name="give"),
    path("<int:pk>/handovers/<int:handover_pk>/take", keeping.take_over, name="take_over"),
    path("<int:pk>/handovers/<int:handover_pk>/cancel", keeping.cancel_handover, name="cancel_handover"),
    path("<int:pk>/book/<int:year>", book.book, name="book"),
    path("<int:pk>/book/<int:year>/take", book.take_book, name="take_book"),
]
