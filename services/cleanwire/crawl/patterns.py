"""Does an address match a path pattern, as robots.txt and tdmrep.json write them? RFC 9309 §2.2.2, §2.2.3."""

import re

_PATH = re.compile(rb"(?:[^/?;#]*://|//)?[^/?;#]*([/?;][^#]*)?", re.DOTALL)
_UNESCAPED = re.compile(rb"%[0-9A-Fa-f]{2}|[\x80-\xff]")


def path(url: str) -> bytes:
    """Return the part of `url` that patterns are compared with: path, parameters and query, escaped."""
    found = _PATH.match(url.encode("utf-8", "surrogatepass"))
    asked = (found.group(1) if found else None) or b"/"
    return escaped(asked if asked.startswith(b"/") else b"/" + asked)


def escaped(text: bytes) -> bytes:
    """Return `text` with its percent codes in capitals and bytes beyond ASCII as percent codes, RFC 9309 §2.2.2."""

    def code(found: re.Match[bytes]) -> bytes:
        octet = found.group()
        return octet.upper() if octet.startswith(b"%") else b"%%%02X" % octet[0]

    return _UNESCAPED.sub(code, text)


def matches(path: bytes, pattern: bytes) -> bool:
    """Return whether `pattern` matches the start of `path`: `*` is anything, a final `$` the end."""
    anchored = pattern.endswith(b"$")
    first, *rest = (pattern[:-1] if anchored else pattern).split(b"*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not rest:
        return not anchored or at == len(path)
    last = rest.pop() if anchored else b""
    for part in rest:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return not anchored or (path.endswith(last) and len(path) - len(last) >= at)
