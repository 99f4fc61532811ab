"""Which feeds does a file list, be it OPML or one address a line?"""

from cleanwire.errors import InputError
from cleanwire.feed import charset, opml, sniff
from cleanwire.urls import parse as urls

MAX_ERRORS = 10


def read(body: bytes, name: str) -> list[str]:
    """Return the addresses in `body`, in order, each once. `name` is the file's, for messages.

    In a text file a line holds one address; what follows white space and `#`, and empty lines, do not count.

    Raises:
        InputError: a line is no http(s) address (all of them are named, up to ten), or the OPML cannot be read.
    """
    text = charset.decode(body, None)
    if sniff.kind(text[:4096].encode()) in (sniff.Kind.XML, sniff.Kind.HTML):
        return [feed.url for feed in opml.read(body, name)]
    found: dict[str, None] = {}
    errors: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        url = urls.href(words[0])
        if url is None or (len(words) > 1 and not words[1].startswith("#")):
            errors.append(f"{name}:{number}: not an http(s) address: {line.strip()[:200]!r}")
        else:
            found[url] = None
    if errors:
        more = f"\nand {len(errors) - MAX_ERRORS} more" if len(errors) > MAX_ERRORS else ""
        raise InputError("\n".join(errors[:MAX_ERRORS]) + more)
    return list(found)
