"""Scenarios of feeds that are dear to read: the event loop must not notice. In the form of the attack kit."""

import re

from attack import JSON, XML, get, item, json_feed, reply, rss, scenario

LAG = re.compile(r'^cleanwire_service_event_loop_lag_seconds_bucket\{le="([^"]+)"\} (\S+)$', re.M)
IN_TIME_S, AT_MOST_S = "0.25", "2.0"
SHARE = 0.01


def beats(run):
    """Return how many beats there were by how late they came: {bound: count}."""
    page = get(run.ops_port, "/metrics", 15)[1].decode()
    return {bound: float(count) for bound, count in LAG.findall(page)}


def item_with(url, more):
    """Return an item with what the kit's own do not have."""
    return f"<item><link>{url}</link>{more}</item>"


def watched(a):
    """Judge the beats of the event loop between the attack's begin and the end."""
    before = {}
    a.act = lambda run: before.update(beats(run))

    def judge(run):
        after = beats(run)
        counted = {bound: count - before.get(bound, 0.0) for bound, count in after.items()}
        every = counted["+Inf"]
        late, never = every - counted[IN_TIME_S], every - counted[AT_MOST_S]
        run.facts["beats"] = {"all": every, "later_than_0.25_s": late, "later_than_2_s": never}
        if not every or late > SHARE * every:
            run.bad.append(f"{late:.0f} of {every:.0f} beats of the event loop were later than 0.25 s")
        if never:
            run.bad.append(f"{never:.0f} beats of the event loop were later than 2 s")

    a.judge = judge


@scenario(
    "an RSS feed of 6,000 entries that are all new at every eighth poll, each with 400 characters",
    "the event loop beats on while they are read, written and taken in",
)
def many_entries(a):
    a.feed(
        "/many.xml",
        lambda r: rss([item(r.url(f"/x/{r.turn}-{i}.html"), "a b " * 100) for i in range(6000)]),
        host=6,
    )
    watched(a)


@scenario(
    "feeds that are not well-formed, or whose titles, links and dates cost most to read",
    "the event loop beats on while they are read",
)
def dear_feeds(a):
    broken = "<item><link>http://127.0.1.%d:%d/x/b%d-%d</link><author>a@b.example (%s)</author>&nbsp;<br></item>"
    a.feed(
        "/broken.xml",
        lambda r: rss([broken % (1, r.port, r.turn, i, "A. " * 50) for i in range(2000)]),
        host=1,
    )
    a.feed(
        "/dates.xml",
        lambda r: rss(
            [
                item_with(r.url(f"/x/d{r.turn}-{i}"), "<pubDate>Mon the 3rd of Octember, 7.45</pubDate>")
                for i in range(8000)
            ]
        ),
        host=2,
    )
    a.feed(
        "/tags.json",
        lambda r: json_feed(
            [
                {"id": f"{r.turn}-{i}", "url": r.url(f"/x/t{r.turn}-{i}.html"), "tags": ["t" * 90] * 99}
                for i in range(900)
            ]
        ),
        JSON,
        host=3,
    )
    a.feed(
        "/texts.json",
        lambda r: json_feed(
            [
                {
                    "id": f"{r.turn}-{i}",
                    "url": r.url(f"/x/l{r.turn}-{i}.html"),
                    "content_html": "<p>x &amp; y</p>" * 12_000,
                }
                for i in range(50)
            ]
        ),
        JSON,
        host=4,
    )
    names = " ".join(f'xmlns:a{i}="http://x/{i}"' for i in range(20_000))
    a.feed(
        "/names.xml",
        lambda r: (
            f"<rss {names}><channel><title>t{r.turn}</title>"
            + "".join(
                item_with(r.url(f"/x/n{r.turn}-{i}"), "<description><b>x</b><i>y</i></description>")
                for i in range(3000)
            )
            + "</channel></rss>"
        ),
        host=5,
    )
    watched(a)


@scenario(
    "a sitemap index whose sitemaps of news list 1,000 pages each, all of them new at every eighth poll",
    "the event loop beats on",
)
def full_index(a):
    def index(r):
        listed = "".join(
            f"<sitemap><loc>{r.url(f'/n/{i}-news.xml')}</loc><lastmod>2026-01-{1 + r.turn % 28:02}</lastmod></sitemap>"
            for i in range(10)
        )
        return f"<sitemapindex>{listed}</sitemapindex>"

    def pages(r, number):
        page = "<url><loc>%s</loc><n:news><n:title>Page %d</n:title></n:news></url>"
        return reply(
            '<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
            + "".join(page % (r.url(f"/x/{number}-{r.turn}-{i}.html"), i) for i in range(1000))
            + "</urlset>",
            XML,
        )

    a.feed("/index.xml", index, XML, host=6)
    for number in range(10):
        a.page(f"/n/{number}-news.xml", lambda r, number=number: pages(r, number))
    watched(a)
