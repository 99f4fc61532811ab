"""A plain stand-in for the load site: `python -m bench.costs.site --feeds 200 --hosts 40 [--pem FILE]`.

Feeds are `/f/<i>.xml` with ETag and 304, articles `/a/<i>/<seq>.html`; `/ctl/advance?new=2` adds entries to each feed.
Hosts are 127.77.0.1 and on, all on one port, which is printed. With `--pem` it speaks TLS and closes each connection.
"""

import argparse
import asyncio
import ssl
import time
from pathlib import Path

from aiohttp import web
from bench.costs import pages

NETWORK = "127.77.0.0/16"
DAY_S = 86_400.0


def host(number: int) -> str:
    return f"127.77.{number // 200}.{number % 200 + 1}"


class Site:
    def __init__(self, feeds: int, hosts: int, *, closing: bool) -> None:
        self.feeds, self.hosts, self.closing, self.port = feeds, hosts, closing, 0
        self.versions = [0] * feeds
        self._began = time.time()
        self._bodies: dict[tuple[int, int], bytes] = {}
        self._pages = [sample.body for sample in pages.news(200)]

    async def answer(self, request: web.BaseRequest) -> web.Response:
        first, _, rest = request.path.lstrip("/").partition("/")
        if first == "f":
            reply = self._feed(int(rest.removesuffix(".xml")), request.headers.get("if-none-match"))
        elif first == "a":
            number, seq = map(int, rest.removesuffix(".html").split("/"))
            body = self._pages[(number * 31 + seq * 17) % len(self._pages)]
            reply = web.Response(body=body, content_type="text/html")
        elif request.path == "/ctl/advance":
            new = int(request.query.get("new", "1"))
            self.versions = [version + new for version in self.versions]
            reply = web.Response(text="ok")
        else:
            reply = web.Response(status=404)
        if self.closing:
            reply.force_close()
        return reply

    def _feed(self, number: int, known: str | None) -> web.Response:
        version = self.versions[number]
        etag = f'"{number}-{version}"'
        if known == etag:
            return web.Response(status=304, headers={"etag": etag})
        if (number, version) not in self._bodies:
            place = f"http://{host(number % self.hosts)}:{self.port}"
            listed = self._began - DAY_S + pages.EVERY_S * version  # an entry that is still listed keeps its date
            self._bodies[number, version] = pages.feed(number, version, place, now=listed)
        body = self._bodies[number, version]
        return web.Response(body=body, content_type="application/rss+xml", headers={"etag": etag})


async def serve(feeds: int, hosts: int, pem: Path | None) -> None:
    site = Site(feeds, hosts, closing=pem is not None)
    context = None
    if pem is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
    runner = web.ServerRunner(web.Server(site.answer))
    await runner.setup()
    for number in range(hosts):
        listening = web.TCPSite(runner, host(number), site.port, ssl_context=context)
        await listening.start()
        site.port = listening._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    print(site.port, flush=True)
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--hosts", type=int, default=40)
    parser.add_argument("--pem", type=Path)
    options = parser.parse_args()
    asyncio.run(serve(options.feeds, options.hosts, options.pem))


if __name__ == "__main__":
    main()
