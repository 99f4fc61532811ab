"""Are the line rules in a file well made, and what do they cut?

    python -m bench.rule_check services/cleanwire/text/boilerplate/rules/de.toml
    python -m bench.rule_check de.toml --data ../shared/data/quality --rule tip-jar --jobs 2

First the file is checked: its grammar (`docs/rules.md`), that each example is caught by its own rule, that no
counter-example is caught at all, and that each phrase can be the one that decides. Mistakes are told with file and
line, and the exit code is 2.

Then pages are cleaned with it: those of `tests/corpus`, texts of `tests/plain/cases`, and with `--data` a folder as
`bench/quality_data.py` makes it (`../shared/data/quality` is taken when it is there). For each rule it is shown how
many lines it cut and which; `!` and red mark the lines that are in the true text: those are lost to readers.

A file in the package's folder takes the place of what is installed; of it, rules that differ from the last commit are
shown. Any other file named for its language, or told with `--language`, adds its rules to those of the package.
"""

import argparse
import itertools
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from bench import rule_cuts

from cleanwire import characters
from cleanwire.errors import InputError
from cleanwire.text.boilerplate import checks, phrases, rule_files
from cleanwire.text.boilerplate.checks import Problem
from cleanwire.text.boilerplate.rule_files import Match, Place, Rule, RuleFile
from cleanwire.text.boilerplate.rules import RuleSet

ROOT = Path(__file__).parent.parent
FOLDER = Path(str(resources.files("cleanwire.text.boilerplate").joinpath("rules")))
_OTHER = "zyx"  # a word that no rule knows
_GAPS = (0, 1, 3, 6)  # words that a star stands for
_AROUND = (0, 1, 3)  # other words before and behind a phrase
_MOST = 400  # wordings of one phrase that are tried
_RED, _PLAIN = "\x1b[31m", "\x1b[0m"


def problems(file: RuleFile, rules: RuleSet) -> Iterator[Problem]:
    """Yield what is wrong with the rules of `file` that its grammar cannot tell; `rules` have them among others."""
    for number, rule in enumerate(file.rules):
        for found in (_wrong_examples(rule, rules), _never_deciding(file, rule, rules)):
            for path, problem in found:
                yield ("rule", number, *path), problem


def _wrong_examples(rule: Rule, rules: RuleSet) -> Iterator[Problem]:
    for key, texts in (("examples", rule.examples), ("counter_examples", rule.counter_examples)):
        if not texts:
            yield (), f"{key} are missing: a rule shows what it means"
    for number, line in enumerate(rule.examples):
        for place in sorted(rule.places):
            caught = rules.match(line, language=rule.language, place=place)
            if caught is None or caught.id != rule.id:
                whose = "no rule" if caught is None else caught.id
                yield ("examples", number), f"{line!r} is caught by {whose}, not by {rule.id} ({place} of an article)"
                break
    for number, line in enumerate(rule.counter_examples):
        for place in Place:
            if (caught := rules.match(line, language=rule.language, place=place)) is not None:
                yield ("counter_examples", number), f"{line!r} is caught by {caught.id} ({place} of an article)"
                break


def _never_deciding(file: RuleFile, rule: Rule, rules: RuleSet) -> Iterator[Problem]:
    """Yield the phrases that others leave no line to."""
    key = rule_files.phrases_key(rule.match)
    for number, phrase in enumerate(rule.phrases):
        pattern = file.compiled[rule.id][number].pattern.pattern
        lines = rule.examples if rule.match is Match.PATTERN else wordings(rule, phrase, spaced=file.spaced)
        others: dict[str, None] = {}
        for line, place in itertools.product(lines, sorted(rule.places)):
            caught = rules.catch(line, language=rule.language, place=place)
            if caught is not None and caught.rule.id == rule.id and caught.pattern.pattern == pattern:
                break
            others.update({caught.rule.id: None} if caught is not None else {})
        else:
            if rule.match is Match.PATTERN:
                yield (key, number), "no example is caught by this pattern: show what it is for"
            else:
                by = ", ".join(list(others)[:3]) or "nothing: no line can be so long"
                yield (key, number), f"{phrase!r} can never decide: what it means is caught by {by}"


def wordings(rule: Rule, phrase: str, *, spaced: bool) -> Iterator[str]:
    """Yield lines that `phrase` of `rule` means, the shortest words first; up to 400 wordings with others around."""
    before = (0,) if rule.match in {Match.WHOLE, Match.START} else _AROUND
    for words in _alternatives(phrases.split(phrase)):
        behind = (0,) if rule.match in {Match.WHOLE, Match.END} else (*_AROUND, rule.max_words - len(words))
        for first, last in itertools.product(before, behind):
            line = (" " if spaced else "").join([*[_OTHER] * first, *words, *[_OTHER] * last])
            yield line
            yield f"{line}."  # of a sentence a few first words say too little
            yield f"“{line}”"  # what is quoted is not judged by its beginning


def _alternatives(pieces: list[str]) -> list[list[str]]:
    """Return the words of `a|b c|…` up to a closing bracket or the end; what was read is gone from `pieces`."""
    found = _sequence(pieces)
    while pieces and pieces[0] == "|":
        del pieces[0]
        found += _sequence(pieces)
    return found


def _sequence(pieces: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    while pieces and pieces[0] not in {"|", ")", ")?"}:
        piece = pieces.pop(0)
        if piece == "*":
            words = [[_OTHER] * gap for gap in _GAPS]
        elif piece == "#":
            words = [["7"]]
        elif piece == "(":
            words = _alternatives(pieces)
            words += [[]] if pieces.pop(0) == ")?" else []
        else:
            words = [[piece]]
        found = _thinned([one + more for one in found for more in words])
    return found


def _thinned(found: list[list[str]]) -> list[list[str]]:
    return found if len(found) <= _MOST else [found[at * len(found) // _MOST] for at in range(_MOST)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A file whose rules are well made."""

    file: RuleFile
    sources: Mapping[str, list[bytes]]  # all rule files by language, it among them
    shown: tuple[str, ...]  # ids of the rules to be looked at


def check(path: Path, language: str | None = None) -> Checked:
    """Return the rules in the file at `path` beside those of the package.

    Raises:
        InputError: what is wrong with them, with file and line.
    """
    language = language or path.stem
    if not language.isascii() or not language.isalpha() or len(language) > 3:
        raise InputError(f"{path}: name it for its language, such as de.toml, or tell --language")
    try:
        body = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    file = rule_files.read(body, language, str(path))
    sources = {known.stem: [known.read_bytes()] for known in sorted(FOLDER.glob("*.toml"))}
    if path.resolve().parent == FOLDER.resolve():
        sources[language] = [body]
        shown = _changed(path, file)
    else:
        if language in sources:
            _must_fit(file, rule_files.read(sources[language][0], language), body, str(path))
        sources.setdefault(language, []).append(body)
        shown = tuple(rule.id for rule in file.rules)
    rules = rule_cuts.rule_set(sources)
    if found := list(problems(file, rules)):
        raise InputError(checks.told(body, str(path), found))
    return Checked(file=file, sources=sources, shown=shown)


def _must_fit(file: RuleFile, known: RuleFile, body: bytes, name: str) -> None:
    """Raise InputError when rules to be added contradict those of the package."""
    ids = {rule.id for rule in known.rules}
    found: list[Problem] = [
        (("rule", number, "id"), f"{rule.id} is in the package already")
        for number, rule in enumerate(file.rules)
        if rule.id in ids
    ]
    if file.spaced != known.spaced:
        found.append((("spaced",), f"write spaced = {str(known.spaced).lower()}, as in the package's rules"))
    if found:
        raise InputError(checks.told(body, name, found))


def _changed(path: Path, file: RuleFile) -> tuple[str, ...]:
    """Return the rules that differ from the last commit; all when none does or there is none."""
    asked = ["git", "-C", str(path.resolve().parent), "show", f"HEAD:./{path.name}"]
    answer = subprocess.run(asked, capture_output=True, check=False)
    every = tuple(rule.id for rule in file.rules)
    if answer.returncode != 0:
        return every
    try:
        before = {rule.id: rule for rule in rule_files.read(answer.stdout, file.language).rules}
    except InputError:
        return every
    return tuple(rule.id for rule in file.rules if before.get(rule.id) != rule) or every


def _report(cuts: Mapping[str, list[rule_cuts.Cut]], shown: tuple[str, ...], most: int) -> None:
    red, plain = (_RED, _PLAIN) if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else ("", "")
    for rule_id in shown:
        found = cuts.get(rule_id, [])
        lost = [cut for cut in found if cut.lost]
        print(
            f"{rule_id}: {len(found)} lines cut on {len({cut.page for cut in found})} pages, {len(lost)} of them lost"
        )
        others = [cut for cut in found if not cut.lost]
        for cut in (*lost, *others[: max(0, most - len(lost))]):
            line = characters.printable(f"{cut.page}: {cut.text[:160]}")
            print(f"  {red}! {line}{plain}" if cut.lost else f"    {line}")
        if (left := len(found) - max(len(lost), min(most, len(found)))) > 0:
            print(f"    … and {left} more")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--language", help="of the rules, when the file is not named for it")
    parser.add_argument("--rule", help="show this one only, without its language")
    parser.add_argument("--all", action="store_true", help="show all rules of the file, not only changed ones")
    parser.add_argument("--data", type=Path, help="pages and true texts; ../shared/data/quality when it is there")
    parser.add_argument("--sample", type=int, default=1, help="every N-th page of --data")
    parser.add_argument("--lines", type=int, default=20, help="lines to be shown of a rule; lost ones always are")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    try:
        checked = check(options.file, options.language)
    except InputError as error:
        print(characters.printable(str(error), lines=True), file=sys.stderr)
        raise SystemExit(2) from None
    shown = tuple(rule.id for rule in checked.file.rules) if options.all else checked.shown
    if options.rule:
        shown = tuple(rule.id for rule in checked.file.rules if rule.id == f"{checked.file.language}/{options.rule}")
        if not shown:
            print(f"{options.file}: no rule {options.rule!r}", file=sys.stderr)
            raise SystemExit(2)
    data = options.data or ROOT.parent / "shared" / "data" / "quality"
    if options.data and not (data / "truth.jsonl").exists():
        print(f"{data}: no truth.jsonl in it", file=sys.stderr)
        raise SystemExit(2)
    pages = rule_cuts.pages(ROOT, data, checked.file.language, options.sample)
    print(f"{options.file}: {len(checked.file.rules)} rules, well made; cleaning {len(pages)} pages", file=sys.stderr)
    _report(rule_cuts.cuts(pages, checked.sources, frozenset(shown), options.jobs), shown, options.lines)


if __name__ == "__main__":
    main()
