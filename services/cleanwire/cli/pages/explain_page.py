"""How does an explanation look in a browser? One file, without scripts, that asks nothing of the network."""

from html import escape

from cleanwire.article.explain import Explanation, Field, Row
from cleanwire.article.verdict.judge import reasons

_MAX_DETAIL_CHARS = 300
_STYLE = """
:root { color-scheme: light dark; --ground: #fff; --ink: #1c1c1a; --soft: #66645e; --line: #dedcd4;
  --cut-ground: #fbeeec; --cut-ink: #9d2c1c; --kept: #2c7a45; --source: #2a5f8f; }
@media (prefers-color-scheme: dark) { :root { --ground: #191a1b; --ink: #e9e7e1; --soft: #a3a098; --line: #3a3b3c;
  --cut-ground: #33201d; --cut-ink: #ff9c8c; --kept: #76c98f; --source: #8fc0ef; } }
body { background: var(--ground); color: var(--ink); font: 17px/1.55 system-ui, sans-serif; margin: 0 auto;
  max-width: 46rem; padding: 1.5rem 1rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .25rem 0 1rem; }
.address, .sum, .place, .details, dt, .type { color: var(--soft); font-size: .85rem; }
dl { border-block: 1px solid var(--line); display: grid; gap: .35rem 1rem; grid-template-columns: 8rem 1fr;
  padding: .75rem 0; }
dd { margin: 0; } .source { color: var(--source); font-size: .85rem; } .missing { color: var(--cut-ink); }
ol { list-style: none; padding: 0; }
li { border-left: 4px solid var(--kept); display: grid; gap: 0 .75rem; grid-template-columns: 2rem 1fr;
  margin: .5rem 0; padding: .15rem .5rem; }
li p { margin: 0; white-space: pre-line; } li .place { text-align: right; padding-top: .15rem; }
li.cut { background: var(--cut-ground); border-color: var(--cut-ink); font-size: .92rem; }
li.back { border-color: var(--source); } li.back .why { color: var(--source); }
li.heading p { font-weight: 600; }
.legend { color: var(--soft); font-size: .85rem; }
.legend .mark { border-left: 4px solid var(--kept); font-weight: 600; padding-left: .4rem; }
.legend .cut { background: var(--cut-ground); border-color: var(--cut-ink); color: var(--cut-ink); }
.legend .back { border-color: var(--source); color: var(--source); }
.why { color: var(--cut-ink); font-size: .8rem; font-family: ui-monospace, monospace; }
.features { color: var(--soft); font-size: .8rem; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; }
  li { gap: 0 .5rem; grid-template-columns: 1.5rem 1fr; } }
"""
_LEGEND = (
    '<p class="legend"><span class="mark">kept</span>, <span class="mark cut">cut</span> and '
    '<span class="mark back">taken back</span>, though the extractor had left it out: each block with its place in the '
    "text. What was cut or taken back "
    "names the rule, and where it was measured how likely the block is outside the article (0 to 1), with what counted "
    "most for that (+) or against it (-). "
    '<span class="source">←</span> tells where a field comes from.</p>'
)


def page(explanation: Explanation, *, address: str, summary: str) -> str:
    """Return the page. Everything that comes from the article is escaped; it may be hostile."""
    title = next(field.value for field in explanation.fields if field.name == "title") or ""
    fields = "".join(_field(field) for field in explanation.fields)
    rows = "".join(_row(row) for row in explanation.rows)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(title)} – cleanwire explain</title>
<meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>{_STYLE}</style></head><body>
<header><div class="address" dir="auto">{escape(address)}</div>
<h1 dir="auto">{escape(title)}</h1>
<p class="sum">{escape(summary)}</p></header>
<dl>{fields}</dl>
{_LEGEND}
<ol>{rows}</ol>
</body></html>
"""


def _field(field: Field) -> str:
    if field.value is None:
        return f'<dt>{escape(field.name)}</dt><dd class="missing">not found</dd>'
    source = f' <span class="source">← {escape(field.source)}</span>' if field.source else ""
    shown = "; ".join(detail[:_MAX_DETAIL_CHARS] for detail in field.details)
    details = f'<div class="details">{escape(shown)}</div>' if shown else ""
    return f"<dt>{escape(field.name)}</dt><dd><bdi>{escape(field.value)}</bdi>{source}{details}</dd>"


def _row(row: Row) -> str:
    verdict = "back" if row.readmitted else "kept" if row.kept else "cut"
    kind = row.type.value if row.type else ""
    label = f'<div class="type">{escape(kind)}</div>' if kind not in ("", "paragraph") else ""
    text = f'<p dir="auto">{escape(row.text)}</p>'
    return (
        f'<li class="{f"{verdict} {kind}".strip()}"><span class="place">{row.place}</span>'
        f"<div>{_why(row)}{label}{text}</div></li>\n"
    )


def _why(row: Row) -> str:
    if row.rule is None:
        return ""
    verdict = f"taken back: {row.rule}" if row.kept else f"cut: {row.rule} · {row.reason}"
    score = "" if row.score is None else f" · {row.score:g}"
    features = f'<div class="features">{escape(reasons.words(row.features))}</div>' if row.features else ""
    return f'<div class="why">{escape(verdict)}{score}</div>{features}'
