"""A real browser: Debian's Chromium, driven by playwright; and axe-core, which judges pages by the WCAG."""

import hashlib
import os
import shutil
import subprocess
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NoReturn

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

AXE = "axe-core@4.10.3"
AXE_SHA256 = "880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb"
CACHE = Path(__file__).parents[2] / ".cache" / "axe"


def missing(what: str) -> NoReturn:
    """Skip loudly; with REQUIRE_CHROMIUM=1 fail."""
    if os.environ.get("REQUIRE_CHROMIUM") == "1":
        pytest.fail(f"REQUIRE_CHROMIUM=1, but: {what}")
    warnings.warn(f"NO BROWSER, the ops page is not tried in one: {what}", stacklevel=2)
    pytest.skip(what)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Return a Chromium that is asked for nothing but the pages of tests: each has its context, in one loop."""
    found = shutil.which("chromium")
    if found is None:
        missing("there is no chromium (Debian: apt-get install chromium)")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield chromium
        await chromium.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the script of axe-core, fetched once through npm."""
    script = CACHE / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        npm = shutil.which("npm")
        if npm is None:
            missing("there is no npm to fetch axe-core with")
        CACHE.mkdir(parents=True, exist_ok=True)
        fetch = [
            npm,
            "install",
            "--prefix",
            str(CACHE),
            "--no-save",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            AXE,
        ]
        done = subprocess.run(fetch, capture_output=True, text=True, timeout=120)
        if done.returncode:
            missing(f"axe-core cannot be fetched: {done.stderr[-300:]}")
    text = script.read_text(encoding="utf-8")
    assert hashlib.sha256(text.encode()).hexdigest() == AXE_SHA256
    return text
