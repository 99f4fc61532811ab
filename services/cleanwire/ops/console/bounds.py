"""How much does the ops page hold and show? docs/limits.md is written from here."""

from typing import Final

MEBIBYTE: Final = 1024 * 1024

DOCUMENTS_BESIDE_WORK: Final = 2_000
"""Documents, and rejections, held by a process that also polls and cleans."""
DOCUMENTS_ALONE: Final = 20_000
"""The same in role `ops`."""
ENTRIES_READ: Final = 5_000
"""Entries read at the start, for the rates of the time before it."""
MINUTES: Final = 360
"""Minutes of which the page knows how much came and went."""
POLLS_REMEMBERED: Final = 12
"""Outcomes of polls remembered of a feed."""
SHOWN_CHARACTERS: Final = 300
"""Of a title, an address or a message in a list, and held for it."""
SHOWN_BLOCK: Final = 5_000
"""Of one block of a text, in characters."""
SHOWN_BLOCKS: Final = 1_000
"""Blocks and cuts shown of one document."""
ROWS: Final = 50
"""Rows on one page of a list."""
QUERY_CHARACTERS: Final = 300
"""Of a search."""
FORM_BYTES: Final = 16 * 1024
"""Of a form, but for the inspector's."""
INSPECTED_CHARACTERS: Final = 1024 * 1024
"""Characters of a text that is pasted into the inspector."""
TRIED_DOCUMENTS: Final = 100
"""Documents of a site that rules are tried on."""
TRIED_BLOCKS: Final = 20
"""Changed blocks shown of each."""
PATH_LIMIT_S: Final = 20.0
"""For reading the path of one address from the topics."""

SHARES: Final = {"feeds": 0.5, "documents": 0.25, "rejections": 0.125, "sites": 0.125}
"""Of `console.memory_mb`."""
