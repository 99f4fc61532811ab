"""How large may a record of ours be? In bytes, as JSON; a broker takes 1 MiB unless it is told otherwise."""

from typing import Final

ENTRY: Final = 200_000
"""An entry on its way to the cleaner."""
ARTICLE_STATE: Final = 400_000
"""The state of an article, which holds its entry while it waits."""
FEED_STATE: Final = 800_000
"""The state of a feed, which holds what the feed has shown."""
