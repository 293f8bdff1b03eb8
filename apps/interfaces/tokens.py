"""The text of a token: a mark by which a leaked one is recognised, 256 random bits, and a check of both."""

import hashlib
import re
import secrets
import zlib

MARK = "opt_"  # office portal token; scanners of repositories look for such marks
CHECK = 8
SHOWN = 12  # characters of a token by which people tell one from another
TOKEN = re.compile(rf"{MARK}[A-Za-z0-9_-]{{43}}[0-9a-f]{{{CHECK}}}")


def new_token() -> str:
    body = MARK + secrets.token_urlsafe(32)
    return body + checksum(body)


def checksum(body: str) -> str:
    """Tells a token from a text that only looks like one, without asking the database."""
    return f"{zlib.crc32(body.encode()):08x}"


def is_token(text: str) -> bool:
    return bool(TOKEN.fullmatch(text)) and checksum(text[:-CHECK]) == text[-CHECK:]


def hash_token(token: str) -> str:
    """What is kept. A slow hash is for words that people choose; nobody guesses 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
