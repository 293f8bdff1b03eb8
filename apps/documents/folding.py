"""How senders and their numbers are compared, and how a paper betrays that it is classified."""

import re

from apps.core.scripts import one_script

IGNORED = re.compile(r"[\s〔〕\[\]()【】「」『』〈〉《》{}<>]")
# As they are printed on a paper: 絕密★1年, 【機密】…, （秘密）…, a title or a file's name that begins so, 機密文件.
LEVELS = "(?:绝密|机密|秘密)"
MARK = re.compile(
    rf"^\W*(?:绝密|{LEVELS}(?![^\W_]))|{LEVELS}\s*[★☆*]|[〔\[(【「《]\s*{LEVELS}\W*[^〔\[(【「《]{{0,8}}[〕\])】」》]|"
    rf"(?:绝密|机密)(?:级|件|文件)|秘密(?:级|文件)"
)


def key_of(text: str) -> str:
    """The text in one script, without spaces and brackets of any kind; full-width forms folded."""
    return IGNORED.sub("", one_script(text))


def is_marked(text: str) -> bool:
    """Does the text bear a mark of secrecy? The subject 保密 or 國家秘密 alone is none."""
    return MARK.search(one_script(text)) is not None
