"""A backtest as one HTML file that can be sent to a head of sales."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from nurture.services.outcomes import pictures
from nurture.services.outcomes.backtesting import Group, Report
from nurture.services.outcomes.text import interval, percent, share, taken_for_lost, words

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #111827; max-width: 62rem; margin: 2rem auto;
padding: 0 1rem }
h1 { font-size: 1.6rem; margin-bottom: .2rem } h2 { font-size: 1.15rem; margin-top: 2.2rem }
.figures { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.5rem 0 }
.figures div { flex: 1 1 9rem; border: 1px solid #d1d5db; border-radius: .5rem; padding: .8rem 1rem }
.figures strong { display: block; font-size: 1.7rem } .small { color: #4b5563; font-size: .9rem }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1.5rem }
figure { margin: 0 } figcaption { font-weight: 600; margin-bottom: .3rem } svg { width: 100%; height: auto }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .3rem .8rem .3rem 0;
border-bottom: 1px solid #e5e7eb } td.n, th.n { text-align: right }
.table { overflow-x: auto }
@media (max-width: 30rem) { table { font-size: .85rem } td, th { padding-right: .5rem } }
.warning { border-left: 4px solid #c2570c; padding: .3rem .8rem; background: #fff7ed }
"""


def page(report: Report, title: str, note: str = "") -> str:
    body = "".join(_body(report, title, note))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>{body}</body></html>\n"
    )


def _body(report: Report, title: str, note: str) -> Iterator[str]:
    yield f"<h1>{escape(title)}</h1>"
    yield f'<p class="small">{report.leads:,} leads whose outcome is known; {report.won:,} of them '
    yield f"were {report.word}, "
    yield f"{percent(report.base)}. {escape(note)}</p>"
    yield from (f'<p class="warning">{escape(text)}</p>' for text in _warnings(report))
    word = report.word
    yield from _figures(report)
    yield '<div class="pictures">'
    yield _figure(
        f"The higher the score, the more are {word}", pictures.lift(report.tenths, report.base, word)
    )
    yield _figure(
        f"Who is {word} scores higher", pictures.spread(report.scored, report.threshold.threshold, word)
    )
    yield _figure("What the score foretells comes true", pictures.calibration(report.tenths, word))
    yield _figure(
        f"How well it tells who is {word} from the rest", pictures.roc(report.scored, report.old_scored, word)
    )
    yield "</div>"
    yield from _tables(report)


def _warnings(report: Report) -> Iterator[str]:
    if report.few:
        few = f"Few leads were {report.word}, or few were not"
        yield f"{few}: the figures may be chance. Look at the intervals."
    yield from taken_for_lost(report.lost_as)
    for leak in report.leaks:
        yield f"{leak.column} may know the outcome: {leak.why}. Without it the score may be worth less."
    if report.silent:
        yield f"Nothing is known of these rules: {', '.join(report.silent)}. They count nothing here."


def _figures(report: Report) -> Iterator[str]:
    at, top = report.threshold, report.tenths[0]
    name = "the threshold" if report.named == "best" else report.named
    yield '<div class="figures">'
    yield f"<div><strong>{report.auc.value:.0%}</strong>{escape(words(report.auc, report.word))} "
    yield f'<span class="small">AUC {interval(report.auc)}</span></div>'
    yield f"<div><strong>{top.won / top.leads / report.base:.1f} times</strong>as often as any lead the best "
    yield f"tenth is {report.word}: {percent(top.won / top.leads)}</div>"
    yield f"<div><strong>{percent(at.precision)}</strong>of those from {at.threshold:g} points on "
    yield f"({escape(name)}) were {report.word}: {at.won_there:,} of {at.reached:,}</div>"
    yield f"<div><strong>{percent(at.recall)}</strong>of all who were {report.word} are among them</div>"
    if report.old:
        old, new = report.old
        yield f"<div><strong>{new.value - old.value:+.2f}</strong>against the old score, on the "
        yield f"{old.won + old.lost:,} leads with one: AUC {old.value:.2f} then, {new.value:.2f} now</div>"
    yield "</div>"


def _figure(caption: str, svg: str) -> str:
    return f"<figure><figcaption>{escape(caption)}</figcaption>{svg}</figure>"


def _tables(report: Report) -> Iterator[str]:
    yield "<h2>Rule by rule</h2>"
    yield _table(
        ("rule", "points", "leads", report.word, "of the others"),
        [
            (
                _plain(one.why),
                f"{one.points:+d}",
                f"{one.leads:,}",
                percent(one.rate),
                percent(report.others[one.name].rate),
            )
            for one in report.rules
        ],
    )
    yield "<h2>By tenths of the score</h2>"
    yield _table(
        ("points", "leads", report.word, "rate", "lift", "foretold"),
        [
            (f"{one.low:g} to {one.high:g}", f"{one.leads:,}", f"{one.won:,}", percent(one.won / one.leads),
             f"{one.won / one.leads / report.base:.1f}", percent(one.expected / one.leads))
            for one in report.tenths
        ],
    )  # fmt: skip
    yield from _groups("By cell of the matrix", report.cells, report.word)
    if report.months:
        yield "<h2>Month by month</h2>"
        rows = [(one.name, f"{one.leads:,}", percent(one.rate), interval(one.auc) if one.auc else "-")
                for one in report.months]  # fmt: skip
        yield _table(("month", "leads", report.word, "AUC"), rows)


def _groups(title: str, groups: Sequence[Group], word: str) -> Iterator[str]:
    if groups:
        yield f"<h2>{title}</h2>"
        rows = [(f"{one.name} {one.why}", share(one.won, one.leads)) for one in groups]
        yield _table(("cell", word), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th{_n(place)}>{escape(name)}</th>" for place, name in enumerate(head))
    lines = ("".join(f"<td{_n(place)}>{escape(cell)}</td>" for place, cell in enumerate(row)) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<div class="table"><table><tr>{top}</tr>{body}</table></div>'


def _n(place: int) -> str:
    return ' class="n"' if place else ""


def _plain(why: str) -> str:
    """``lead.total_visits at least 3`` for who has not written the file."""
    owner, _, rest = why.partition(".")
    return rest.replace("_", " ", rest.partition(" ")[0].count("_")) if owner in ("lead", "account") else why
