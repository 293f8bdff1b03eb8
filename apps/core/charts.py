"""Pictures of figures: SVG made on the server, the same in page and PDF. A table always stands beside the picture."""

import base64
import re
from dataclasses import dataclass

import pygal
from pygal.style import Style

BLUE, GREEN, ORANGE, GREY = "#1f5a9e", "#2fb344", "#f59f00", "#8a94a6"

# Grey words on no ground: readable on a light and on a dark page.
STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="#7b8696",
    foreground_strong="#7b8696",
    foreground_subtle="#7b8696",
    colors=(BLUE, GREEN, ORANGE, GREY),
    font_family="Noto Sans CJK TC, Noto Sans CJK SC, Noto Serif SC, PingFang TC, Microsoft JhengHei, sans-serif",
    label_font_size=15,
    major_label_font_size=15,
    legend_font_size=16,
    opacity=1,
    opacity_hover=1,
)


def bar_chart(
    labels: list[str], series: dict[str, list[float | int | None]], *, width: int = 640, height: int = 260
) -> bytes:
    """Columns side by side, one colour a series; `labels` name the columns. Gives SVG."""
    chart = pygal.Bar(
        style=STYLE,
        width=width,
        height=height,
        show_legend=len(series) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=len(series) or 1,
        show_y_guides=True,
        margin=8,
        js=[],
        x_label_rotation=0 if len(labels) <= 12 else 40,
        truncate_label=-1,
        rounded_bars=2,
        no_data_text="",
    )
    chart.x_labels = labels
    for name, values in series.items():
        chart.add(name, values)
    return chart.render()


@dataclass(frozen=True)
class Area:
    """A column of a picture and the rows it opens, in the picture's own units."""

    x: int
    y: int
    width: int
    height: int
    url: str


@dataclass(frozen=True)
class Picture:
    """A chart for a page: `components/picture.html` lays links over the columns. Without any figure it is `empty`."""

    source: str
    width: int
    height: int
    areas: list[Area]
    empty: bool


def bar_picture(
    labels: list[str],
    series: dict[str, list[tuple[int, str]]],
    *,
    width: int = 640,
    height: int = 260,
) -> Picture:
    """The same columns as `bar_chart`; each value comes with the address of exactly the rows that it counts."""
    values = {name: [value for value, _url in pairs] for name, pairs in series.items()}
    svg = bar_chart(labels, values, width=width, height=height)
    urls = [url for pairs in series.values() for _value, url in pairs]
    empty = not any(value for row in values.values() for value in row)
    return Picture(as_data_url(svg), width, height, _areas(svg.decode(), urls), empty)


PLOT = re.compile(
    r'<g transform="translate\((?P<left>[\d.]+), (?P<top>[\d.]+)\)" class="plot">'
    r'<rect x="0" y="0" width="[\d.]+" height="(?P<height>[\d.]+)"'
)
BAR = re.compile(r'<g class="bar"><rect x="(?P<x>[\d.]+)" [^>]*?width="(?P<width>[\d.]+)"')


def _areas(svg: str, urls: list[str]) -> list[Area]:
    """Each column from top to bottom of the plot, so that a low one is easy to hit; pygal draws them in order."""
    plot, bars = PLOT.search(svg), BAR.findall(svg)
    if plot is None or len(bars) != len(urls):
        return []
    left, top, height = (float(plot[name]) for name in ("left", "top", "height"))
    return [
        Area(round(left + float(x)), round(top), max(round(float(width)), 1), round(height), url)
        for (x, width), url in zip(bars, urls, strict=True)
    ]


def as_data_url(svg: bytes) -> str:
    """For the `src` of an <img>: a picture cannot run or style anything in the page around it."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()
