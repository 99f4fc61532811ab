"""Poll feeds one after another with feedparser alone, as its documentation shows for ETag and Last-Modified.

usage: feedparser_loop.py FEEDS_FILE EVERY_S          needs: pip install feedparser
"""

import socket
import sys
import time
from pathlib import Path
from typing import Any

import feedparser

feedparser.USER_AGENT = f"feedparser-loop/{feedparser.__version__} +https://reader.example/about"
socket.setdefaulttimeout(10)


def main() -> None:
    feeds, every_s = Path(sys.argv[1]).read_text(encoding="utf-8").split(), float(sys.argv[2])
    known: dict[str, dict[str, Any]] = {}
    while True:
        began = time.monotonic()
        for url in feeds:
            found = feedparser.parse(url, **known.get(url, {}))
            if "status" in found and found.status == 200:
                known[url] = {"etag": found.get("etag"), "modified": found.get("modified")}
        time.sleep(max(0.0, every_s - (time.monotonic() - began)))


main()
