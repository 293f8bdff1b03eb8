"""The words of an HTML mail, safely: cleaned by nh3 first (which repairs what is broken), then written out as lines.

Nothing is loaded, pictures and styles are gone, and a link shows where it leads.
"""

from html.parser import HTMLParser

import nh3

from apps.delivery.letters.quoting import QUOTE_BEGINS

HTML_CHARS = 512 * 2**10
BLOCKS = {"p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "center", "section"}
TAGS = BLOCKS | {"br", "hr", "blockquote", "a", "td", "th"}
ATTRIBUTES = {"div": {"class", "id"}, "blockquote": {"class", "id", "type"}, "a": {"href"}, "table": {"class", "id"}}
DROPPED = {"script", "style", "title", "head", "noscript", "template", "iframe", "object"}
# Where a program says itself that from here on it quotes.
QUOTES = (
    "gmail_quote",
    "gmail_attr",
    "yahoo_quoted",
    "divrplyfwdmsg",
    "appendonsend",
    "isreplycontent",
    "ntes-mailmaster-quote",
    "netease_mail_quote",
    "moz-cite-prefix",
    "protonmail_quote",
    "foxmail_quote",
    "qmbox_quote",
)
QUOTE_TAG = "includetail"  # of QQ mail; nh3 drops it, so it is made a block with a name before


def html_to_text(html: str) -> str:
    """Lines of text; quoted blocks begin with ">", and a mark stands where a program begins its quote."""
    named = html[:HTML_CHARS].replace(f"<{QUOTE_TAG}", '<div class="qmbox_quote"').replace(f"</{QUOTE_TAG}", "</div")
    clean = nh3.clean(named, tags=TAGS, attributes=ATTRIBUTES, clean_content_tags=DROPPED, link_rel=None)
    writer = Writer()
    writer.feed(clean)
    writer.close()
    return writer.text()


class Writer(HTMLParser):
    """Writes out what nh3 left: well-formed, and of a few kinds of elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.depth = 0  # of quoted blocks
        self.link, self.link_text = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: (value or "") for name, value in attrs}
        if is_quote(values):
            self.lines += [QUOTE_BEGINS, ""]
        if tag == "blockquote":
            self.depth += 1
        if tag in BLOCKS or tag in ("br", "hr", "blockquote"):
            self.break_line(always=tag == "br")
        if tag in ("td", "th") and self.lines[-1].strip():
            self.lines[-1] += " "
        if tag == "a":
            self.link, self.link_text = values.get("href", ""), ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self.break_line()
            self.depth = max(self.depth - 1, 0)
        if tag in BLOCKS:
            self.break_line()
        if tag == "p" and self.lines[-2:-1] not in ([], [""]):
            self.lines.append("")
        if tag == "a":
            self.end_link()

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        before = " " if data[:1].isspace() and self.lines[-1] else ""
        after = " " if data[-1:].isspace() and words else ""
        self.lines[-1] += f"{before}{words}{after}"
        self.link_text += words

    def end_link(self) -> None:
        target = self.link.removeprefix("mailto:")
        if target.startswith(("http://", "https://")) and target.rstrip("/") not in self.link_text:
            self.lines[-1] += f" ({target})"
        self.link = ""

    def break_line(self, *, always: bool = False) -> None:
        self.lines[-1] = self.lines[-1].rstrip()
        if self.lines[-1] or always:
            self.lines.append("")
        if self.depth and not self.lines[-1]:
            self.lines[-1] = "> " * min(self.depth, 5)

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines).strip("\n")


def is_quote(values: dict[str, str]) -> bool:
    words = f"{values.get('class', '')} {values.get('id', '')}".lower()
    return any(name in words for name in QUOTES)
