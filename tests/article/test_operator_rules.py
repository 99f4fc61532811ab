"""An operator's rules win over whatever else judges a page of the site."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.article import by_operator, clean
from cleanwire.article.article import Article, Refusal
from cleanwire.article.page import Page
from cleanwire.article.verdict.decide import Decision
from cleanwire.records.document import Removed, ZoneSource
from cleanwire.text.site_rules import tables
from cleanwire.text.site_rules.tables import SiteRules

FETCHED_AT = 1_780_000_000.0  # May 2026
FERRY = (
    "The harbour council of Wexport voted on Monday to rebuild the old ferry pier, which was closed after the autumn "
    "storms damaged its timber piles."
)
DECK = (
    "Engineers told the meeting that the new deck will rest on steel tubes driven eight metres into the sea bed, and "
    "that work can begin as soon as the permits arrive."
)
ISLAND = (
    "Residents of the island opposite had asked for a temporary landing stage, because the detour over the bridge "
    "takes them more than an hour each way."
)
PAGE = f"""<!doctype html><html lang="en"><head><title>Pier to be rebuilt | The Wexport Ledger</title>
<meta property="og:title" content="You will not believe what happens to this pier"></head>
<body><article><h1>You will not believe what happens to this pier</h1><p class="kicker">Pier to be rebuilt</p>
<time datetime="yesterday">04/03/2026 17:05</time>
<p>{FERRY}</p><p>{DECK}</p><p>{ISLAND}</p><p>Share this article</p></article></body></html>"""


def cleaned(rules: str, markup: str = PAGE, content_type: str | None = None) -> Article | Refusal:
    site = tables.read(f'["wexport.example"]\n{rules}'.encode(), "r.toml")["wexport.example"]
    page = Page(
        url="https://wexport.example/pier", body=markup.encode(), fetched_at=FETCHED_AT, content_type=content_type
    )
    return clean.clean(page, site_rules=site)


def article(rules: str, markup: str = PAGE) -> Article:
    result = cleaned(rules, markup)
    assert isinstance(result, Article), result
    return result


def test_a_block_is_dropped_and_the_ledger_names_the_rule() -> None:
    found = article('drop = ["never seen", "engineers told the meeting*"]')
    assert DECK not in found.body
    (cut,) = [cut for cut in found.removed if cut.rule.startswith("user/")]
    assert (cut.text, cut.rule, cut.reason, cut.score) == (DECK, "user/wexport.example/2", "user", None)


def test_a_block_is_kept_that_a_rule_would_cut() -> None:
    assert "Share this article" not in article("").body
    assert article('keep = ["Share this article"]').body.endswith("Share this article")


def test_keep_wins_over_drop() -> None:
    assert DECK in article('drop = ["*"]\nkeep = ["Engineers*"]'.replace('"*"', '"*e*"')).body


def test_dropping_everything_is_no_article() -> None:
    refusal = cleaned('drop = ["*e*"]')
    assert isinstance(refusal, Refusal)
    assert refusal.detail == "no text found"


def test_the_title_is_where_the_operator_says() -> None:
    found = article('title = "p.kicker"')
    assert found.title == "Pier to be rebuilt"
    assert found.provenance["title"].source == "user"
    assert "You will not believe what happens to this pier" in found.provenance["title"].alternatives


@pytest.mark.parametrize("selector", ["h2.none", "#none > p"])
def test_a_selector_that_finds_nothing_changes_nothing(selector: str) -> None:
    assert article(f'title = "{selector}"\ndate = "{selector}"').title == article("").title


def test_a_date_is_read_in_the_operators_format_and_zone() -> None:
    found = article('date = "time"\ndate_format = "%d/%m/%Y %H:%M"\ntime_zone = "Europe/Vienna"')
    assert found.published is not None
    assert found.published.at.isoformat() == "2026-03-04T16:05:00+00:00"
    assert (found.published.stated.zone, found.published.stated.source) == ("site", "user")


def test_a_format_helps_where_the_page_itself_states_a_time() -> None:
    markup = PAGE.replace("<head>", '<head><meta property="article:published_time" content="04/03/2026">')
    told = {
        date_format: article(f'date_format = "{date_format}"', markup).published
        for date_format in ("%d/%m/%Y", "%m/%d/%Y")
    }
    days = {date_format: instant and instant.stated.local[:10] for date_format, instant in told.items()}
    assert days == {"%d/%m/%Y": "2026-03-04", "%m/%d/%Y": "2026-04-03"}


def test_a_plain_text_obeys_keep_and_drop() -> None:
    text = "\n\n".join(("Pier to be rebuilt", FERRY, DECK, ISLAND, "Share this article"))
    found = cleaned('drop = ["Residents*"]\nkeep = ["Share this *"]', text, "text/plain")
    assert isinstance(found, Article)
    assert [block.text for block in found.blocks] == [FERRY, DECK, "Share this article"]
    assert "user/wexport.example/1" in [cut.rule for cut in found.removed]
    places = [cut.index for cut in found.removed]
    assert places == sorted(set(places))


def test_the_version_tells_that_an_operators_rules_were_used() -> None:
    page = Page(url="https://wexport.example/pier", body=PAGE.encode(), fetched_at=FETCHED_AT)
    without = clean.clean(page)
    assert isinstance(without, Article)
    ours, plus, theirs = article('drop = ["x"]').rules_version.partition("+")
    assert (ours, plus, len(theirs)) == (without.rules_version, "+", 16)


@given(
    rows=st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=12),
    keep=st.lists(st.sampled_from("abc")),
    drop=st.lists(st.sampled_from("abc")),
)
def test_body_and_cuts_are_still_the_input(rows: list[tuple[str, bool]], keep: list[str], drop: list[str]) -> None:
    texts = [text for text, _ in rows]
    before = Decision(
        kept=tuple(at for at, (_, is_cut) in enumerate(rows) if not is_cut),
        removed=tuple(
            Removed(text=text, index=at, rule="lines/share", reason="share")
            for at, (text, is_cut) in enumerate(rows)
            if is_cut
        ),
    )
    after = by_operator.lines(before, texts, SiteRules(site="a.example", keep=tuple(keep), drop=tuple(drop)))
    places = {cut.index: cut.text for cut in after.removed}
    assert sorted([*after.kept, *places]) == list(range(len(rows)))
    assert all(texts[at] == text for at, text in places.items())
    assert all(texts[at] not in drop or texts[at] in keep for at in after.kept)
    assert not set(keep) & set(places.values())


@pytest.mark.parametrize("line", ["03/04/2026 10:15", "Published: 03/04/2026 10:15", "Published on 03/04/2026 10:15"])
def test_a_bare_date_line_is_read_in_the_sites_format_and_zone(line: str) -> None:
    rule = 'date_format = "%m/%d/%Y %H:%M"\ntime_zone = "America/Chicago"'
    text = "\n\n".join(("Pier to be rebuilt", line, FERRY, DECK, ISLAND))
    page = f"<html><body><h1>Pier to be rebuilt</h1><p>{line}</p><div><p>{FERRY}</p><p>{DECK}</p></div></body></html>"
    for found in (cleaned(rule, text, "text/plain"), cleaned(rule, page)):
        assert isinstance(found, Article)
        assert found.published is not None
        assert found.published.at == datetime(2026, 3, 4, 16, 15, tzinfo=UTC)
        assert found.published.stated.zone is ZoneSource.SITE
