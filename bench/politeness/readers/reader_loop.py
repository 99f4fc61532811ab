"""Poll feeds with the `reader` library, which keeps its own schedule (of minutes) in a database.

usage: reader_loop.py FEEDS_FILE FOLDER               needs: pip install reader
"""

import sys
import time
from pathlib import Path

from reader import make_reader

INTERVAL_MIN = 1  # the least it knows
LOOK_S = 2.0


def main() -> None:
    feeds, folder = Path(sys.argv[1]).read_text(encoding="utf-8").split(), Path(sys.argv[2])
    reader = make_reader(str(folder / "reader.sqlite"))
    reader.set_tag((), ".reader.update", {"interval": INTERVAL_MIN, "jitter": 0})
    for url in feeds:
        reader.add_feed(url, exist_ok=True)
    while True:
        reader.update_feeds(scheduled=True, workers=10)
        time.sleep(LOOK_S)


main()
