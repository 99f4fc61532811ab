"""Reads every page of the corpus as an extraction process does, and prints what was opened or looked for meanwhile."""

import logging
import sys
import warnings
from pathlib import Path

from cleanwire.article import clean, warm
from cleanwire.article.page import Hints, Page
from cleanwire.sandbox import late

CORPUS = Path(__file__).parents[1] / "corpus"
CODECS = ("windows-1252", "shift_jis", "gb18030", "big5", "euc-kr", "koi8-r", "iso-2022-jp", "no-such-codec")
MAIL = (
    b"From: a@b.example\r\nSubject: =?iso-8859-7?q?news?=\r\nDate: Fri, 3 Jul 2026 10:00:00 +0200\r\n\r\n"
    + b"text " * 90
)
EVENTS = frozenset({"open", "os.listdir", "os.scandir", "os.mkdir", "os.stat", "subprocess.Popen", "socket.__new__"})


def pages() -> list[tuple[Page, Hints]]:
    url = "https://news.example.org/2026/07/{}"
    found = [
        (Page(url=url.format(path.parent.name), body=path.read_bytes(), fetched_at=1_780_000_000.0), Hints())
        for path in sorted(CORPUS.glob("*/page.html"))
    ]
    page = found[0][0]
    for codec in CODECS:
        declared = Page(
            url=url.format(codec), body=page.body, fetched_at=0.0, content_type=f"text/html; charset={codec}"
        )
        found.append((declared, Hints(time_zone="Asia/Kathmandu", published="Fri, 03 Jul 2026 10:00:00 GMT")))
    for kind in ("text/plain", "message/rfc822"):
        found.append((Page(url=url.format("mail"), body=MAIL, fetched_at=0.0, content_type=kind), Hints()))
    dated = (
        b"<article><p>" + b"Nothing much was said about it in town. " * 30 + b"</p><p>ons den 7 mai 2014</p></article>"
    )
    found.append((Page(url="https://x.example/a", body=dated, fetched_at=1_780_000_000.0), Hints()))
    return found


def main() -> None:
    wanted = pages()
    late.load()
    warm.load()
    seen: dict[str, None] = {}
    sys.addaudithook(lambda event, args: seen.setdefault(f"{event} {args[0]}") if event in EVENTS else None)
    for page, hints in wanted:
        clean.clean(page, hints, min_words=1)
    found = list(seen)
    print(len(wanted), *found, sep="\n")


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    main()
