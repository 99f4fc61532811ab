"""A link of a page to a file outside of docs/ is told as the file's name: the site holds the pages alone."""

import re
from pathlib import PurePosixPath
from typing import Any

_LINK = re.compile(r"\[([^\]]*)\]\(((?:\.\./)+[^)\s]*)\)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return the page's text without the links that lead out of docs/. Called by mkdocs for each page."""
    depth = len(PurePosixPath(page.file.src_uri).parts) - 1

    def told(link: re.Match[str]) -> str:
        return link[1] if link[2].count("../") > depth else link[0]

    return _LINK.sub(told, markdown)
