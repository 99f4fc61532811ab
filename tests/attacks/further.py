"""Attacks that the kit does not have: what a publisher can do with the protocol, with time, and with repetition."""

import functools
import gzip
import json
import socket
import threading
import time

from attack import JSON, RSS, XML, article, get, item, json_feed, reply, rss, scenario

WEBSUB = {
    "CLEANWIRE_WEBSUB_CALLBACK_URL": "https://push.example.org/websub",
    "CLEANWIRE_WEBSUB_SECRET": "a-secret-of-the-tests-77f0",
    "CLEANWIRE_WEBSUB_HOST": "127.0.0.1",
    "CLEANWIRE_WEBSUB_PORT": "WEBSUB_PORT",
}


def ordinary(r):
    return reply(rss([item(r.url("/ok/before.html"), "Ordinary")]), RSS)


def once_on(fn):
    """A feed that behaves until the attack begins."""
    return lambda r: fn(r) if r.on else ordinary(r)


def raw(head, body=b""):
    return head.encode() + b"\r\n\r\n" + body


# -- robots.txt


@scenario(
    "a robots.txt of 50 MB, one of 500,000 rules, one of 200,000 groups, and pages behind them", "innocents in time"
)
def robots_bombs(a):
    a.robots[1] = "# " + "x" * 50_000_000
    a.robots[2] = "User-agent: *\n" + "".join(f"Disallow: /{i}/*a*b*c*d*e$\n" for i in range(500_000))
    a.robots[3] = "".join(f"User-agent: bot{i}\nDisallow: /x\n\n" for i in range(200_000))
    a.robots[4] = "User-agent: *\nDisallow: /" + "*a" * 200_000 + "$\n"
    for host in range(1, 5):
        links = [f"/h/{'a' * 1500}{i}.html" for i in range(20)]
        a.feed(f"/robots{host}.xml", lambda r, links=links: rss([item(r.url(x)) for x in links]), host=host)


# -- redirects


@scenario(
    "feeds and pages that redirect to themselves, in circles, to this machine's ports, to files", "innocents in time"
)
def redirect_loops(a):
    def to(where):
        return lambda r: reply("", status="302 Found", headers=[("Location", where(r))])

    targets = {
        "self": lambda r: r.url(r.target),
        "more": lambda r: r.url(f"/more.xml?{'x' * min(60_000, 2 ** min(16, r.n))}"),
        "file": lambda r: "file:///etc/passwd",
        "data": lambda r: "data:application/rss+xml,<rss/>",
        "v6": lambda r: "http://[::ffff:169.254.169.254]/latest/",
        "meta": lambda r: "http://169.254.169.254/latest/",
        "decimal": lambda r: "http://2852039166/latest/",
        "userinfo": lambda r: f"http://127.0.1.9@169.254.169.254:{r.port}/",
        "bad": lambda r: "http://[",
        "controls": lambda r: f"http://127.0.1.1:{r.port}/\x01\x7f",
    }
    for i, (name, where) in enumerate(targets.items()):
        a.plain_feed(f"/{name}.xml", once_on(to(where)), host=1 + i)
        a.page(f"/p/{name}.html", to(where))
    a.feed("/pages.xml", lambda r: rss([item(r.url(f"/p/{name}.html")) for name in targets]), host=20)
    a.page(
        "/p/refresh.html", lambda r: reply(f'<meta http-equiv="refresh" content="0;url={r.url("/p/refresh.html")}">')
    )
    a.feed("/refresh.xml", lambda r: rss([item(r.url(f"/p/refresh.html?{i}")) for i in range(50)]), host=21)
    a.accounted = False

    def judge(run):
        for topic in ("documents", "rejected", "entries"):
            if any(b"root:x:0" in v for _, _, v in run.read(topic)):
                run.bad.append("a file of the machine stands in records")

    a.judge = judge


# -- HTTP itself


@scenario(
    "heads of 1 MB, 20,000 fields, 2,000 cookies, folded and bare lines, floods of 100s, lengths that lie",
    "innocents in time",
)
def header_floods(a):
    ok = f"Content-Type: {RSS}"
    body = rss([item("http://127.0.1.1/x/1.html")]).encode()
    heads = {
        "fields": lambda r: raw(
            f"HTTP/1.1 200 OK\r\n{ok}\r\n" + "\r\n".join(f"X-{i}: {i}" for i in range(20_000)), body
        ),
        "long": lambda r: raw(f"HTTP/1.1 200 OK\r\n{ok}\r\nX: {'y' * 900_000}", body),
        "cookies": lambda r: raw(
            f"HTTP/1.1 200 OK\r\n{ok}\r\n" + "\r\n".join(f"Set-Cookie: c{i}={'v' * 4000}" for i in range(100)), body
        ),
        "continue": lambda r: b"HTTP/1.1 100 Continue\r\n\r\n" * 30_000 + reply(body, RSS),
        "hints": lambda r: (b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n" * 20_000) + reply(body, RSS),
        "negative": lambda r: raw(f"HTTP/1.1 200 OK\r\n{ok}\r\nContent-Length: -5", body),
        "huge": lambda r: raw(f"HTTP/1.1 200 OK\r\n{ok}\r\nContent-Length: 99999999999999999999", body),
        "both": lambda r: raw(
            f"HTTP/1.1 200 OK\r\n{ok}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"
        ),
        "chunks": lambda r: raw(
            f"HTTP/1.1 200 OK\r\n{ok}\r\nTransfer-Encoding: chunked", b"1\r\nx\r\n" * 400_000 + b"0\r\n\r\n"
        ),
        "chunksize": lambda r: raw(
            f"HTTP/1.1 200 OK\r\n{ok}\r\nTransfer-Encoding: chunked", b"0" * 500_000 + b"1\r\nx\r\n0\r\n\r\n"
        ),
        "extensions": lambda r: raw(
            f"HTTP/1.1 200 OK\r\n{ok}\r\nTransfer-Encoding: chunked", b"1;" + b"e" * 900_000 + b"\r\nx\r\n0\r\n\r\n"
        ),
        "trailers": lambda r: raw(
            f"HTTP/1.1 200 OK\r\n{ok}\r\nTransfer-Encoding: chunked",
            b"1\r\nx\r\n0\r\n" + b"T: t\r\n" * 150_000 + b"\r\n",
        ),
        "status": lambda r: b"HTTP/1.1 999999999999 \xff\xfe\r\n\r\n",
        "garbage": lambda r: b"\x00" * 100_000,
        "encodings": lambda r: reply(b"x", RSS, headers=[("Content-Encoding", "gzip, " * 5000 + "br")]),
    }
    for i, (name, head) in enumerate(heads.items()):
        a.plain_feed(f"/{name}.xml", once_on(head), host=1 + i)
    a.accounted = False


@scenario("bodies compressed ten times over, bombs in each encoding, and pages that are bombs", "memory stays bounded")
def compression_chains(a):
    @functools.cache
    def chain():
        data = b"<rss><channel><title>" + b" " * 50_000_000
        for _ in range(10):
            data = gzip.compress(data, 6)
        return reply(data, RSS, headers=[("Content-Encoding", ", ".join(["gzip"] * 10))])

    @functools.cache
    def bomb():
        return reply(gzip.compress(b"<p>a b c" * 25_000_000, 6), headers=[("Content-Encoding", "gzip")])

    @functools.cache
    def many():  # a stream of a million members
        return reply(gzip.compress(b"") * 400_000, RSS, headers=[("Content-Encoding", "gzip")])

    chain(), bomb(), many()
    a.plain_feed("/chain.xml", once_on(lambda r: chain()), host=1)
    a.plain_feed("/many.xml", once_on(lambda r: many()), host=2)
    for i in range(12):
        a.page(f"/h/bomb{i}.html", lambda r: bomb())
    a.feed("/bombs.xml", lambda r: rss([item(r.url(f"/h/bomb{i}.html", 3 + i % 4)) for i in range(12)]), host=3)


# -- feeds that never end, by repetition


@scenario("a feed whose 200 entries have new ids and addresses at every poll", "innocents in time")
def always_new(a):
    a.feed(
        "/new.json",
        lambda r: json_feed([{"id": f"{r.n}-{i}", "url": r.url(f"/x/{r.n}-{i}.html")} for i in range(200)]),
        JSON,
        host=6,
    )
    a.feed(
        "/flap.json",
        lambda r: json_feed(
            [{"id": f"same-{i}", "url": r.url(f"/x/s{i}.html"), "title": f"{r.n}"} for i in range(200)]
        ),
        JSON,
        host=7,
    )


@scenario(
    "one article under 5,000 addresses, all with one canonical address, another site's",
    "innocents in time, the victim's document stays",
)
def one_article_many_addresses(a):
    def page(r):
        return reply(article("same", head=f'<link rel="canonical" href="{r.url("/h/canon.html", 30)}">'))

    for i in range(400):
        a.page(f"/c/{i}.html", page)
    a.feed("/many.xml", lambda r: rss([item(r.url(f"/c/{i % 400}.html?a={i}")) for i in range(5_000)]), host=6)
    a.accounted = False


@scenario("20,000 hubs, self links, categories and enclosures in one feed", "innocents in time")
def many_links(a):
    a.env.update(WEBSUB)

    def hubs(r):
        return "".join(f'<atom:link rel="hub" href="{r.url(f"/hub/{i}")}"/>' for i in range(20_000))

    a.feed("/hubs.xml", lambda r: rss([item(r.url(f"/x/{r.turn}.html"))], head=hubs(r)), host=6)
    more = "".join(
        f"<category>{i}</category><enclosure url='http://e/{i}' type='a/b' length='9'/>" for i in range(20_000)
    )
    a.feed("/tags.xml", lambda r: rss([item(r.url(f"/x/t{r.turn}.html"), more=more)]), host=7)
    a.feed(
        "/tagged.json",
        lambda r: json_feed([{"id": f"{r.turn}", "url": r.url("/x/j.html"), "tags": ["t" * 50] * 100_000}]),
        JSON,
        host=8,
    )


@scenario("site maps that list themselves and each other, nested without end", "innocents in time")
def site_map_circles(a):
    def index(*links):
        return lambda r: (
            '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            + "".join(
                f"<sitemap><loc>{r.url(x)}</loc><lastmod>2026-11-{1 + r.n % 28:02}</lastmod></sitemap>" for x in links
            )
            + "</sitemapindex>"
        )

    a.feed("/self-news.xml", index("/self-news.xml", "/self-news.xml?2"), XML, host=6)
    a.feed("/a-news.xml", index("/b-news.xml", *[f"/b-news.xml?{i}" for i in range(50)]), XML, host=7)
    a.page("/b-news.xml", lambda r: reply(index("/a-news.xml", *[f"/b-news.xml?{r.n}.{i}" for i in range(50)])(r), XML))
    a.accounted = False


# -- time


@scenario("dates in year 9999, 0001, -5 and 10^30, in each format of feed", "innocents in time")
def odd_dates(a):
    dates = (
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "Sun, 99 Foo 99999 99:99:99 +9999",
        "1e30",
        "-5",
        "0000-00-00T00:00:00Z",
        "9" * 5000,
    )
    isos = (
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        "2026-13-45T99:99:99Z",
        "9" * 5000,
        "-0001-01-01T00:00:00Z",
    )
    a.feed(
        "/dates.xml",
        lambda r: rss(
            [
                item(r.url(f"/x/d{i}.html"), f"t{i}", f"<pubDate>{d}</pubDate><dc:date>{d}</dc:date>")
                for i, d in enumerate(dates)
            ],
            head=f"<ttl>{'9' * 400}</ttl><skipHours>{'<hour>99999999999</hour>' * 1000}</skipHours>",
        ),
        host=6,
    )
    a.feed(
        "/dates.json",
        lambda r: json_feed(
            [
                {"id": f"{i}", "url": r.url(f"/x/e{i}.html"), "date_published": d, "date_modified": d}
                for i, d in enumerate(isos)
            ]
        ),
        JSON,
        host=7,
    )

    def head(i, d):
        meta = f'<meta property="article:published_time" content="{d}">'
        data = json.dumps({"@type": "NewsArticle", "datePublished": d})
        return article(f"date{i}", head=f'{meta}<script type="application/ld+json">{data}</script>')

    for i, d in enumerate((*dates, *isos)):
        a.page(
            f"/h/date{i}.html",
            lambda r, i=i, d=d: reply(head(i, d), headers=[("Last-Modified", d[:900]), ("Age", "9" * 300)]),
        )
    a.feed(
        "/pages.xml",
        lambda r: rss([item(r.url(f"/h/date{i}.html"), f"Page {i}") for i in range(len(dates) + len(isos))]),
        host=8,
    )


@scenario(
    "Retry-After of a year, of 10^400 s, in the year 9999, and caches that hold for ever",
    "innocents in time, the feed is asked again within a day",
)
def endless_rest(a):
    waits = ("31536000", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT", "-1", "1e9", "\xb2")
    for i, wait in enumerate(waits):
        a.plain_feed(
            f"/rest{i}.xml",
            once_on(lambda r, wait=wait: reply("", RSS, "429 Slow down", [("Retry-After", wait)])),
            host=1 + i,
        )
    a.feed("/cached.xml", lambda r: rss([item(r.url("/x/1.html"))]), host=10)
    a.accounted = False


@scenario("feeds, pages and robots.txt that come a byte a second, or never, on 20 hosts", "innocents in time")
def slow_loris(a):
    # The site answers whole replies only: a body that is announced and never comes is as slow as one can be.
    never = raw(f"HTTP/1.1 200 OK\r\nContent-Type: {RSS}\r\nContent-Length: 100000", b"<rss>")
    for host in range(1, 21):
        a.plain_feed(f"/slow{host}.xml", once_on(lambda r: never), host=host)
        a.page(f"/h/slow{host}.html", lambda r: never)
    a.feed(
        "/pages.xml",
        lambda r: rss([item(r.url(f"/h/slow{i}.html?{j}", i)) for i in range(1, 21) for j in range(5)]),
        host=30,
    )
    a.accounted = False


# -- texts that are hard to read


@scenario(
    "XML in UTF-7, UTF-16 of odd length, UTF-32, EBCDIC, with 300 declarations, and encodings that lie",
    "innocents in time, no text of another encoding",
)
def odd_encodings(a):
    body = rss([item("http://127.0.1.1/x/1.html", "title")])
    bodies = {
        "utf7": b'<?xml version="1.0" encoding="utf-7"?>' + body.split("?>", 1)[1].encode("utf-7"),
        "utf16": body.replace("utf-8", "utf-16").encode("utf-16") + b"x",
        "utf32": body.replace("utf-8", "utf-32").encode("utf-32"),
        "ebcdic": body.replace("utf-8", "cp037").encode("cp037"),
        "idna": body.replace("utf-8", "idna").encode(),
        "zip": body.replace("utf-8", "zlib_codec").encode(),
        "rot": body.replace("utf-8", "rot13").encode(),
        "escape": body.replace("utf-8", "unicode_escape").encode() + b"\\U0010ffff\\x41" * 100_000,
        "nul": body.encode().replace(b"title", b"ti\x00tle"),
        "long": body.replace("utf-8", "u" * 100_000).encode(),
        "declared": (b'<?xml version="1.0" encoding="utf-8"?>' * 300) + body.encode(),
    }
    for i, (name, data) in enumerate(bodies.items()):
        a.plain_feed(f"/{name}.xml", once_on(lambda r, data=data: reply(data, RSS)), host=1 + i)
        a.page(f"/h/{name}.html", lambda r, data=data: reply(data, "text/html"))
    a.feed("/pages.xml", lambda r: rss([item(r.url(f"/h/{name}.html")) for name in bodies]), host=30)
    a.accounted = False


@scenario(
    "pages of deep tags, 200,000 attributes, 100,000 nested lists, JSON-LD 50,000 deep, one word of 4 MB",
    "innocents get their turn",
)
def odd_pages(a):
    filler = article("filler", n=3)
    pages = {
        "deep": "<div>" * 100_000 + filler,
        "attrs": "<p " + " ".join(f"a{i}=1" for i in range(200_000)) + ">" + filler,
        "lists": "<ul><li>" * 50_000 + filler,
        "tables": "<table><tr><td>" * 20_000 + filler,
        "ld": '<script type="application/ld+json">' + "[" * 50_000 + "</script>" + filler,
        "lds": '<script type="application/ld+json">{"@type":"NewsArticle","headline":"x"}</script>' * 20_000 + filler,
        "word": "<article><p>" + "a" * 4_000_000 + "</p></article>" + filler,
        "metas": '<meta name="author" content="Ann Bee">' * 50_000 + filler,
        "comments": "<!--" * 500_000 + filler,
        "entities": "&" + "a" * 2_000_000 + "&#x" + "1" * 2_000_000 + filler,
        "title": "<title>" + "t " * 1_000_000 + "</title>" + filler,
        "links": "<article><p>" + '<a href="/x">y</a> ' * 100_000 + "</p></article>" + filler,
    }
    for name, text in pages.items():
        a.page(f"/h/{name}.html", lambda r, text=text: reply(text))
    a.feed(
        "/odd.xml",
        lambda r: rss([item(r.url(f"/h/{name}.html", 1 + i % 4), f"Odd {name}") for i, name in enumerate(pages)]),
        host=9,
    )
    a.limits.update(attack=40)


# -- WebSub


@scenario(
    "WebSub posts of 200 MB, of a byte and silence, without end, and 3,000 to addresses that are none",
    "innocents in time, memory stays bounded",
)
def websub_floods(a):
    a.env.update(WEBSUB)
    a.limits.update(attack=30)

    def act(run):
        def push(size, sent, hold_s):
            try:
                with socket.create_connection(("127.0.0.1", run.websub_port), 5) as s:
                    path = f"/websub/{'a' * 200}/{'b' * 40}"
                    s.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode())
                    end = time.time() + 20
                    while sent > 0 and time.time() < end:
                        s.sendall(b"x" * min(sent, 1 << 20))
                        sent -= 1 << 20
                    time.sleep(hold_s)
            except OSError:
                pass

        threads = [threading.Thread(target=push, args=(200_000_000, 200_000_000, 0), daemon=True) for _ in range(8)]
        threads += [threading.Thread(target=push, args=(10_000_000, 1, 15), daemon=True) for _ in range(100)]
        for thread in threads:
            thread.start()
        statuses = {}
        for i in range(3000):
            status = get(
                run.websub_port, f"/websub/{i}/x?hub.mode=subscribe&hub.topic=a&hub.challenge={'c' * 1000}", 5
            )[0]
            statuses[status] = statuses.get(status, 0) + 1
            if time.time() > run.began + 25:
                break
        run.facts["statuses"] = statuses
        if statuses.get(200):
            run.bad.append("a challenge for no subscription was answered")
        for thread in threads:
            thread.join(25)

    a.act = act


@scenario(
    "hubs that answer slowly, with 50 MB, with redirects to inside, and a self link of another site",
    "innocents in time, only the feed's own address is subscribed",
)
def hostile_hub(a):
    a.env.update(WEBSUB)
    a.page("/hub/big", lambda r: reply("x" * 50_000_000, "text/plain", "400 Bad"))
    a.page(
        "/hub/inside",
        lambda r: reply(
            "", status="307 Temporary Redirect", headers=[("Location", f"http://127.0.0.2:{r.port}/feed/0.xml")]
        ),
    )
    a.page("/hub/never", lambda r: raw("HTTP/1.1 202 Accepted\r\nContent-Length: 100000", b"x"))
    for i, hub in enumerate(("big", "inside", "never")):

        def head(r, hub=hub):
            return f'<atom:link rel="hub" href="{r.url("/hub/" + hub)}"/><atom:link rel="self" href="http://127.0.0.2:{r.port}/feed/0.xml"/>'

        a.plain_feed(
            f"/hub{i}.xml",
            lambda r, head=head: reply(rss([item(r.url(f"/ok/w{r.turn}.html"), "Ordinary")], head=head(r)), RSS),
            host=6 + i,
        )
    a.accounted = False


# -- names


@scenario(
    "addresses of 2 MB, of 500 labels, of every odd scheme and port, and hosts that are numbers",
    "innocents in time, nothing private is asked",
)
def odd_addresses(a):
    odd = [
        "http://" + "a." * 500 + "example/",
        "http://127.0.1.1:PORT/x/" + "a" * 2_000_000,
        "http://127.0.1.1:99999/",
        "http://127.0.1.1:-1/",
        "http://0x7f000001:PORT/",
        "http://0177.0.0.1:PORT/",
        "http://[::1]:PORT/",
        "http://[fe80::1%25eth0]/",
        "http://\u2100.example/",
        "http://xn--" + "a" * 5000 + ".example/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "gopher://127.0.0.1:PORT/",
        "http:///etc/passwd",
        "http://user:pass@127.0.1.1:PORT/x/u.html",
        "//127.0.1.1:PORT/x/rel.html",
        "?" * 100_000,
        "http://127.0.1.1:PORT/x/%00%0d%0aX: y",
        "\u202ehttp://127.0.1.1:PORT/x/rtl.html",
    ]

    def links(r):
        return [x.replace("PORT", str(r.port)) for x in odd]

    a.feed(
        "/odd.xml",
        lambda r: rss([item(x, f"t{i}") for i, x in enumerate(links(r))] + [item(r.url("/x/last.html"))]),
        host=6,
    )
    a.feed(
        "/odd.json",
        lambda r: json_feed(
            [{"id": x[:100], "url": x} for x in links(r)] + [{"id": "l", "url": r.url("/x/lastj.html")}]
        ),
        JSON,
        host=7,
    )


# -- what all share


@scenario(
    "40 pages of 4,800 paragraphs, just few enough to be read, on 20 hosts",
    "innocents get their turn at the extraction",
)
def slow_pages(a):
    page = functools.cache(
        lambda: reply(
            "<html><head><title>Slow</title></head><body><article>"
            + "".join(f"<p>The bridge of the old town was measured for the {i}th time.</p>" for i in range(4_800))
            + "</article></body></html>"
        )
    )
    for j in range(2):
        a.page(f"/h/slow{j}.html", lambda r: page())
    links = [(host, j) for host in range(1, 21) for j in range(2)]
    a.feed("/slow.xml", lambda r: rss([item(r.url(f"/h/slow{j}.html", host), f"Slow {host} {j}") for host, j in links]))
    a.accounted = False  # what rests is still waiting at the end


@scenario("3,000 pages that never come, on 60 hosts, of one feed", "innocents are fetched in time")
def hanging_pages(a):
    never = raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000", b"<html>")
    a.page("/h/hang.html", lambda r: never)
    links = [(host, j) for host in range(1, 61) for j in range(50)]
    a.feed("/hang.xml", lambda r: rss([item(r.url(f"/h/hang.html?q={j}", host)) for host, j in links]))
    a.accounted = False
