"""Do two revisions give the same outputs? For changes that only move or rename code.

    python bench/same.py OLD NEW [--sample 5] [--leave-out rules_version] [--only quality,field]

OLD and NEW are revisions of git, or `.` for the working tree as it is. Quality, conformance, field and demo outputs are
compared, `--sample N` with every N-th page of quality; times and the versions that stand in documents are left out.
Outputs of a revision are kept in `.cache/same`, so that the next comparison need not make them again.
Exit 0: the same; 1: not; what differs is printed, the first ten of each kind.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parents[1]
DATA = TOP.parent / "shared" / "data"
CACHE = TOP / ".cache" / "same"
LEFT_OUT = frozenset({"seconds", "seen_at", "fetched_at", "emitted_at", "version", "judge_version"})
KINDS = ("quality", "conformance", "field", "demo")
SHOWN = 10
_PORT = re.compile(rb"127\.0\.0\.1:\d+")
LIMIT_S = 3_000


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """Yield a folder that holds `revision`, the working tree itself for `.`."""
    if revision == ".":
        yield TOP
        return
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        (tree.parent / "shared").symlink_to(DATA.parent)  # where adapters look for it
        _git("worktree", "add", "--detach", "--quiet", str(tree), revision)
        try:
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def outputs(revision: str, kind: str, sample: int) -> dict[str, Any]:
    """Return the outputs of one kind by case."""
    if revision == ".":
        return _read(_made(TOP, kind, sample), kind)
    kept = CACHE / f"{_git('rev-parse', revision)}-{kind}-{sample if kind == 'quality' else 0}.jsonl"
    if not kept.exists():
        with checked_out(revision) as tree:
            made = _made(tree, kind, sample)
        CACHE.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(made)
    return _read(kept.read_bytes(), kind)


def _made(tree: Path, kind: str, sample: int) -> bytes:
    here = {**os.environ, "PYTHONPATH": str(tree / "services")}
    if kind == "demo":
        command = [sys.executable, "-m", "cleanwire", "demo", "--json"]
        return subprocess.run(command, env=here, cwd=tree, check=True, capture_output=True, timeout=LIMIT_S).stdout
    adapter = tree / "bench" / f"{kind}.py"
    if not adapter.exists():
        raise SystemExit(f"{kind}: there is no bench/{kind}.py in {tree}")
    with tempfile.NamedTemporaryFile() as out:
        command = [sys.executable, str(adapter), "--data", str(DATA / kind), "--out", out.name]
        command += ["--sample", str(sample)] if kind == "quality" else []
        log = None if kind == "quality" else subprocess.DEVNULL
        subprocess.run(command, env=here, cwd=TOP, check=True, stdout=subprocess.DEVNULL, stderr=log, timeout=LIMIT_S)
        return Path(out.name).read_bytes()


def _read(lines: bytes, kind: str) -> dict[str, Any]:
    read = [json.loads(_PORT.sub(b"127.0.0.1", line)) for line in lines.splitlines()]
    if kind == "demo":
        return {f"{one['urls']['feed'].split('/', 3)[3]} {one['revision']}": _timeless(one) for one in read}
    return {one["id"]: one for one in read}


def _timeless(document: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a document of the demo that neither its ports, its clock nor the order of polls changes."""
    names = ("title", "description", "body", "blocks", "authors", "publisher", "language", "section", "kind", "links")
    told = {name: document.get(name) for name in names}
    return {**told, "change": document["change"]["kind"]}


def differences(old: Any, new: Any, leave_out: frozenset[str], path: str = "") -> Iterator[str]:
    """Yield in words where `old` and `new` differ, names in `leave_out` left out."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new} - leave_out):
            yield from differences(old.get(name), new.get(name), leave_out, f"{path}/{name}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for at, (mine, yours) in enumerate(zip(old, new, strict=True)):
            yield from differences(mine, yours, leave_out, f"{path}/{at}")
    elif old != new:
        yield f"{path}: {_short(old)} → {_short(new)}"


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:200]


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=TOP, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--sample", type=int, default=1, help="every N-th page of quality")
    parser.add_argument("--only", default=",".join(KINDS), help="comma list of kinds")
    parser.add_argument("--leave-out", action="append", default=[], metavar="NAME", help="a further name to leave out")
    options = parser.parse_args()
    leave_out = LEFT_OUT | frozenset(options.leave_out)
    differing = 0
    for kind in options.only.split(","):
        old, new = (outputs(revision, kind, options.sample) for revision in (options.old, options.new))
        found = list(differences(old, new, leave_out))
        differing += len(found)
        print(f"{kind}: {len(old)} outputs, {len(found)} differences", flush=True)
        for one in found[:SHOWN]:
            print(f"  {one}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
