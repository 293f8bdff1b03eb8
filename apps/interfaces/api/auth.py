"""Who calls: the token decides whose rights count, its scopes which part of them."""

from datetime import timedelta
from ipaddress import ip_address, ip_network

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from apps.core.clock import now
from apps.core.public_links import client_address
from apps.interfaces.api.limits import check_allowance, count_call
from apps.interfaces.api.problems import Problem
from apps.interfaces.models import Token
from apps.interfaces.tokens import hash_token, is_token
from apps.journal.via import act_by
from apps.people.throttle import too_many_tries

NOTED_EVERY = timedelta(minutes=1)


class Bearer(HttpBearer):
    """Lets in a token that has one of `scopes`; from then on the call is its owner's.

    Raises Problem: 401 (no token, or none that is in force), 403 (another network, not in the scopes), 429.
    """

    def __init__(self, *scopes: str) -> None:
        super().__init__()
        self.scopes = scopes

    def __call__(self, request: HttpRequest) -> Token:
        kind, _space, text = request.headers.get("Authorization", "").partition(" ")
        token = find(text.strip()) if kind.lower() == "bearer" else None
        if token is None:
            refuse_stranger(request, tried=bool(text))
        let_in(request, token)
        if not token.may(*self.scopes):
            words = _("This token may not do that. It needs one of these scopes: %(scopes)s.")
            raise Problem(403, words % {"scopes": ", ".join(self.scopes)}, code="scope")
        return token

    def authenticate(self, request: HttpRequest, token: str) -> None:
        raise NotImplementedError("__call__ does it")


def find(text: str) -> Token | None:
    """The token with this text, if it is in force (one query; none for what is no token)."""
    if not is_token(text):
        return None
    rows = Token.objects.in_force(now()).select_related("integration__owner")
    return rows.filter(token_hash=hash_token(text)).first()


def refuse_stranger(request: HttpRequest, *, tried: bool) -> None:
    """The same words for a wrong, an old and a revoked token."""
    if tried and too_many_tries(request, what="api"):
        raise Problem(429, _("Too many wrong tokens came from your network. Wait five minutes."))
    words = _("Send a token that is in force: “Authorization: Bearer …”.")
    raise Problem(401, words, headers={"WWW-Authenticate": 'Bearer realm="office-portal"'})


def let_in(request: HttpRequest, token: Token) -> None:
    """The call is the owner's from here on, and history says by which program."""
    if not is_from_networks(client_address(request), token.networks):
        raise Problem(403, _("This token is not good for your network."), code="network")
    request.api_allowance = count_call(token)
    check_allowance(request.api_allowance)
    request.user = token.integration.owner
    act_by(token.integration.name)
    if not request.headers.get("Accept-Language"):
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = request.user.language
    note_use(token)


def is_from_networks(address: str, networks: list[str]) -> bool:
    """Is the address in one of the networks? No networks: from anywhere."""
    if not networks:
        return True
    try:
        caller = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(caller, "ipv4_mapped", None)
    return any((mapped or caller) in ip_network(each) for each in networks)


def note_use(token: Token) -> None:
    """When it was used, at most once a minute: reading does not write on each call."""
    at = now()
    if token.last_used_at is None or at - token.last_used_at > NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=at)
