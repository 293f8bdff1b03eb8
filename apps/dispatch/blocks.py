"""The body of a paper as blocks: what typst sets and what goes into a DOCX. From clean HTML, nothing of it is run."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

EMPHASIS = {"strong": "bold", "b": "bold", "em": "italic", "i": "italic", "u": "underline"}
PARAGRAPHS = {"p": "p", "h3": "h1", "h4": "h2"}
CELLS = ("td", "th")


@dataclass
class Run:
    """A stretch of text in one look."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False

    def as_json(self) -> list[object]:
        return [self.text, self.bold, self.italic, self.underline]


@dataclass
class Block:
    """`kind`: p, h1, h2, item (with its `mark`), quote, rule or table (with `rows` of cells, each a list of runs)."""

    kind: str
    runs: list[Run] = field(default_factory=list)
    mark: str = ""
    rows: list[list[list[Run]]] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        said: dict[str, object] = {"kind": self.kind, "runs": [run.as_json() for run in self.runs], "mark": self.mark}
        said["rows"] = [[[run.as_json() for run in cell] for cell in row] for row in self.rows]
        return said

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.looks: list[str] = []
        self.lists: list[list[object]] = []  # [is it numbered, how many items]
        self.quotes = 0
        self.table: Block | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in EMPHASIS:
            self.looks.append(EMPHASIS[tag])
        elif tag == "br":
            self._line()
        elif tag in PARAGRAPHS:
            self._paragraph(PARAGRAPHS[tag])
        elif tag in ("ol", "ul"):
            self.lists.append([tag == "ol", 0])
        elif tag == "li" and self.lists:
            self._item()
        else:
            self._rarer(tag)

    def _rarer(self, tag: str) -> None:
        if tag == "blockquote":
            self.quotes += 1
        elif tag == "hr":
            self.blocks.append(Block("rule"))
        elif tag == "table":
            self.table = Block("table")
            self.blocks.append(self.table)
        elif tag == "tr" and self.table:
            self.table.rows.append([])
        elif tag in CELLS and self.table and self.table.rows:
            self.table.rows[-1].append([])

    def handle_endtag(self, tag: str) -> None:
        if tag in EMPHASIS and EMPHASIS[tag] in self.looks:
            self.looks.remove(EMPHASIS[tag])
        elif tag in ("ol", "ul") and self.lists:
            self.lists.pop()
        elif tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        elif tag == "table":
            self.table = None

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split("\n"))
        if self.table:
            if text.strip() and self.table.rows and self.table.rows[-1]:
                self.table.rows[-1][-1].append(self._run(text))
            return
        if not self.blocks or self.blocks[-1].kind in ("rule", "table"):
            if not text.strip():
                return
            self._paragraph("p")
        self.blocks[-1].runs.append(self._run(text))

    def _run(self, text: str) -> Run:
        return Run(text, **dict.fromkeys(set(self.looks), True))

    def _paragraph(self, kind: str) -> None:
        if self.table:
            return
        last = self.blocks[-1] if self.blocks else None
        if last and last.kind == "item" and not last.runs:
            return  # the paragraph inside an item is the item
        self.blocks.append(Block("quote" if self.quotes and kind == "p" else kind))

    def _item(self) -> None:
        numbered, count = self.lists[-1][0], int(str(self.lists[-1][1])) + 1
        self.lists[-1][1] = count
        deep = len(self.lists) > 1
        mark = (f"（{count}）" if deep else f"{count}.") if numbered else "·"
        self.blocks.append(Block("item", mark=mark))

    def _line(self) -> None:
        if self.table is None and self.blocks and self.blocks[-1].kind not in ("rule", "table"):
            self.blocks.append(Block(self.blocks[-1].kind))


def blocks_of(html: str) -> list[Block]:
    """The blocks of clean HTML in their order; empty ones are left out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [block for block in reader.blocks if block.kind in ("rule", "table") or block.text.strip()]
