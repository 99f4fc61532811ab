"""How much of a feed do we read at most? Bounds that keep one feed from costing more than its share."""

MAX_BYTES = 10 * 1024 * 1024
"""Larger bodies are refused; the fetcher stops earlier or at the same size."""
MAX_ENTRIES = 20_000
"""Entries read from one body. The largest real feeds seen carry about a thousand; archives put out at once, ten."""
MAX_TOLERANT_ENTRIES = 2000
"""The same for a feed that is not well-formed: the forgiving parser takes 0.1 s a thousand and more."""
MAX_FIELD = 64 * 1024
"""Characters of a title, name, id or date. Nothing honest comes near it."""
MAX_CONTENT = 1024 * 1024
"""Characters of a summary or content; what is longer is cut."""
MAX_AUTHORS = 50
MAX_CATEGORIES = 100
MAX_HUBS = 10
MAX_TOLERANT_BYTES = 2 * 1024 * 1024
"""Characters read of a feed that is not well-formed. The forgiving parser takes about 0.3 s a million."""
MAX_TOLERANT_JSON = 1024 * 1024
"""The same of a JSON Feed that is not well-formed: up to a second, for one made to be slow."""
MAX_TOLERANT_MARKS = 40_000
"""Tags and character references, outside of CDATA, read of such a feed: 15 to 30 µs each."""
MAX_MENDED = 4 * 1024 * 1024
"""Characters of a document that is mended before it is read again strictly."""
MAX_LINKS = 100
"""Link elements looked at in one entry."""
MAX_CHILDREN = 50_000
"""Child elements looked at in one element."""
