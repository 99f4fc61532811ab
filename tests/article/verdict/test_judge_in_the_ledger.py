"""A line that the judge cuts says in the ledger what counted most; lines that others cut have no such features."""

from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.page import Page

PAGE = """
<html lang="en"><head><title>Ferry pier reopens after the winter storms</title><script
type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"Ferry pier
reopens after the winter storms"}</script></head><body><main><article class="story">
<h1>Ferry pier reopens after the winter storms</h1><div class="story-body">
<p>The old ferry pier reopened on Monday after four months of repairs, and the first boat left with more than
ninety passengers on board.</p>
<p>Engineers had replaced forty of the wooden piles that the January storms had broken, and the council paid
for all of it from its reserve.</p>
<div class="linkbox"><p class="linkbox-text"><a href="/xa">Harbour wall: council votes on a new levy</a></p><p
class="linkbox-text">A look at what the islands argue about this week, from the levy to the school
bus.</p></div>
<div class="linkbox"><p class="linkbox-text"><a href="/xb">Lighthouse keepers look back on a long
winter</a></p><p class="linkbox-text">A look at what the islands argue about this week, from the levy to the
school bus.</p></div>
<p>“We are glad that the boats are running again,” said the harbour master, who had watched the work from her
office every day since March.</p>
<div class="linkbox"><p class="linkbox-text"><a href="/xc">Island school gets a second teacher after
all</a></p><p class="linkbox-text">A look at what the islands argue about this week, from the levy to the
school bus.</p></div>
<p>The timetable stays as it was before the storms, with six crossings a day until the end of September and
four of them in the winter months.</p>
<div class="newsletter-signup cta"><p class="newsletter-text">Get the harbour briefing in your inbox every
weekday morning</p></div>
</div></article></main></body></html>
"""
TEASERS = {
    "Harbour wall: council votes on a new levy",
    "Lighthouse keepers look back on a long winter",
    "Island school gets a second teacher after all",
}


def test_a_cut_of_the_judge_names_its_strongest_features() -> None:
    article = clean.clean(Page(url="https://news.example/pier", body=PAGE.encode(), fetched_at=1_780_000_000.0))
    assert isinstance(article, Article)
    judged = [cut for cut in article.removed if cut.rule == "structure/judge"]
    assert TEASERS & {cut.text for cut in judged}
    for cut in judged:
        assert any("linked share" in feature.name for feature in cut.features if feature.weight > 0)
        weights = [abs(feature.weight) for feature in cut.features]
        assert weights == sorted(weights, reverse=True)
    assert not any(cut.features for cut in article.removed if cut.score is None)
