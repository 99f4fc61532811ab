"""A feed reader that breaks every rule: what the politeness field must catch. Usage: rude.py FEEDS_FILE

It asks all feeds at once and often, believes no header, forgets all, and reads whatever it is sent to its end.
"""

import asyncio
import re
import sys
import time
from email.utils import formatdate
from pathlib import Path
from urllib.parse import urljoin, urlsplit

EVERY_S = 0.7
ROUNDS_WITH_PAGES = 2
MAX_PAGES = 30
MAX_HOPS = 60
DECODING_S = 14.0
LINK = re.compile(rb"<item>.*?<link>(.*?)</link>", re.DOTALL)
DISGUISE = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"
Reply = tuple[int, dict[str, str], bytes]


async def get(url: str, conditions: dict[str, str]) -> Reply:
    """Ask on a connection of its own, and read until the server has enough."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**30)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}", f"User-Agent: {DISGUISE}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in conditions.items()]
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    first, *fields = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
    return int(first.split(" ")[1]), headers, body


async def follow(url: str, conditions: dict[str, str]) -> tuple[Reply, list[tuple[int, str]]]:
    hops: list[tuple[int, str]] = []
    while True:
        status, headers, body = await get(hops[-1][1] if hops else url, conditions)
        if status not in (301, 302, 307, 308) or len(hops) == MAX_HOPS:
            return (status, headers, body), hops
        hops.append((status, urljoin(url, headers["location"])))


class Rude:
    def __init__(self) -> None:
        self.exploded = False

    async def follow_feed(self, url: str) -> None:
        etag = None
        rounds = 0
        while True:
            # Conditions that were never given, and one with its quotes taken off.
            conditions = {"If-Modified-Since": formatdate(usegmt=True)}
            if etag is not None:
                conditions["If-None-Match"] = etag.removeprefix("W/").strip('"')
            try:
                (status, headers, body), hops = await follow(url, conditions)
            except (OSError, ValueError, IndexError):
                status, headers, body, hops = 0, {}, b"", []
            if status == 404:
                return  # dropped, for good
            if hops and hops[-1][0] in (302, 307):
                url = hops[-1][1]  # what was meant for a while is kept; what was meant for good is not
            if "gzip" in headers.get("content-encoding", ""):
                self.decode()
            etag = headers.get("etag", etag)
            if rounds < ROUNDS_WITH_PAGES and status == 200:
                await self.read_pages(LINK.findall(body)[:MAX_PAGES])
            rounds += 1
            await asyncio.sleep(EVERY_S)

    async def read_pages(self, links: list[bytes]) -> None:
        urls = [link.decode() for link in links]
        await asyncio.gather(*(follow(url, {}) for url in urls), return_exceptions=True)
        sites = {urljoin(url, "/robots.txt") for url in urls}
        await asyncio.gather(*(get(url, {}) for url in sites), return_exceptions=True)  # too late, and each time

    def decode(self) -> None:
        """All that it does stands still while it decodes a bomb."""
        if not self.exploded:
            self.exploded = True
            time.sleep(DECODING_S)


async def main() -> None:
    rude = Rude()
    feeds = Path(sys.argv[1]).read_text(encoding="utf-8").split()
    await asyncio.gather(*(rude.follow_feed(url) for url in feeds))


asyncio.run(main())
