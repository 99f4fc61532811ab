"""What does the help of a command say besides its options: examples, and what its exit codes mean?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

CODES: Mapping[int, str] = {
    0: "done",
    1: "the thing asked for did not come about: the next table says what that is; or the output could not be written",
    2: "wrong usage, a wrong setting, or an input that cannot be read: standard error names it",
    130: "ended by Ctrl-C before it was done; `run`, `demo`, `tail` and `export` are done then, with 0",
    143: "ended by SIGTERM before it was done; `run`, `demo`, `tail` and `export` are done then, with 0",
}
BROKER = "the broker does not answer, or refuses"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandHelp:
    """What one command adds to its help: lines that can be typed, and what 0 and 1 mean."""

    examples: tuple[str, ...]
    done: str = CODES[0]
    failed: str | None = None
    asks_broker: bool = True

    def codes(self) -> Iterator[tuple[int, str]]:
        """Yield the exit codes that mean something of this command's own."""
        yield 0, self.done
        if failed := "; or ".join(filter(None, (self.failed, BROKER if self.asks_broker else None))):
            yield 1, failed

    def epilog(self) -> str:
        """Return the end of the help, in paragraphs that are not wrapped."""
        examples = "\n".join(f"  {line}" for line in self.examples)
        exits = "\n".join(f"  {code}  {meaning}" for code, meaning in (*self.codes(), (2, CODES[2].partition(":")[0])))
        return f"\b\nExamples:\n{examples}\n\n\b\nExit codes:\n{exits}"


ENTRIES: Mapping[str, CommandHelp] = {
    "run": CommandHelp(
        examples=(
            "cleanwire run --bootstrap localhost:9092 --contact https://example.org/us https://example.org/feed.xml",
            "cleanwire run --role ops --config cleanwire.toml",
            "cleanwire run --embedded --contact me@example.org feeds.opml",
        ),
        done="told to stop, and all in hand was finished or given back",
        failed="a stage could not go on: standard error says why; start it anew",
        asks_broker=False,
    ),
    "demo": CommandHelp(
        examples=("cleanwire demo", "cleanwire demo --seconds 20 --json"),
        done="documents came",
        failed="no document came",
        asks_broker=False,
    ),
    "tail": CommandHelp(
        examples=("cleanwire tail --since 2h --language de", "cleanwire tail --from-start --json | jq -r .title"),
        done="as many as --limit says, Ctrl-C, or nobody reads on",
    ),
    "export": CommandHelp(
        examples=(
            "cleanwire export --into news.avro --format avro --set registry.url=http://localhost:8081",
            "cleanwire export --into news.proto --format protobuf --config cleanwire.toml",
        ),
        done="told to stop, and what was not committed is done again at the next start",
        failed="the schema registry gives no id: standard error names subject, status and its message",
    ),
    "clean": CommandHelp(
        examples=("cleanwire clean https://example.org/story", "cleanwire clean page.html -f text"),
        done="a document, on standard output",
        failed="none: standard error says why",
        asks_broker=False,
    ),
    "explain": CommandHelp(
        examples=("cleanwire explain https://example.org/story", "cleanwire explain page.html --html why.html"),
        done="an article",
        failed="none: standard error says why",
        asks_broker=False,
    ),
    "why": CommandHelp(
        examples=(
            "cleanwire why https://example.org/story",
            "cleanwire why https://example.org/story --json | jq -r .what",
        ),
        done="what became of it, on standard output",
        failed="no feed has listed it",
    ),
    "healthcheck": CommandHelp(
        examples=("cleanwire healthcheck", "cleanwire healthcheck --ready --port 9464"),
        done="healthy",
        failed="not healthy, or no answer",
        asks_broker=False,
    ),
    "feeds discover": CommandHelp(
        examples=("cleanwire feeds discover example.org", "cleanwire feeds discover example.org --json | jq -r .url"),
        done="feeds were found",
        failed="no feed was found: standard error says what was tried",
        asks_broker=False,
    ),
    "feeds import": CommandHelp(
        examples=("cleanwire feeds import feeds.opml", "cleanwire feeds import feeds.csv --check --report report.csv"),
        done="every feed that the files list is subscribed",
        failed="something in the files is no feed, and all else is subscribed",
    ),
    "feeds add": CommandHelp(
        examples=(
            "cleanwire feeds add https://example.org/feed.xml --tag local --title 'The Example'",
            "cleanwire feeds discover example.org --urls | xargs cleanwire feeds add",
        ),
        done="subscribed, or known already",
    ),
    "feeds set": CommandHelp(examples=("cleanwire feeds set https://example.org/feed.xml --min-interval-s 600",)),
    "feeds remove": CommandHelp(examples=("cleanwire feeds remove https://example.org/feed.xml",)),
    "feeds list": CommandHelp(
        examples=("cleanwire feeds list", "cleanwire feeds list --json | jq -r 'select(.options.paused) | .url'")
    ),
    "feeds export": CommandHelp(
        examples=(
            "cleanwire feeds export > feeds.opml",
            "cleanwire feeds export --format csv --secrets > feeds.csv",
        )
    ),
    "feeds poll": CommandHelp(examples=("cleanwire feeds poll https://example.org/feed.xml",), done="asked"),
    "feeds pause": CommandHelp(examples=("cleanwire feeds pause https://example.org/feed.xml",), done="asked"),
    "feeds resume": CommandHelp(examples=("cleanwire feeds resume https://example.org/feed.xml",), done="asked"),
    "articles retry": CommandHelp(examples=("cleanwire articles retry https://example.org/story",), done="asked"),
    "site show": CommandHelp(
        examples=("cleanwire site show example.org", "cleanwire site show example.org --json | jq .pages"),
        failed="nothing was learned of it yet",
    ),
    "site reset": CommandHelp(examples=("cleanwire site reset example.org",), done="asked"),
    "topics create": CommandHelp(
        examples=("cleanwire topics create --bootstrap localhost:9092",),
        done="all topics are there, as the settings say",
        failed="one that was there before differs: standard error names each difference",
    ),
    "topics check": CommandHelp(
        examples=("cleanwire topics check", "cleanwire topics check --json | jq -r '.problems[]'"),
        done="all topics are as the settings say",
        failed="they differ: standard error names each difference",
    ),
    "config show": CommandHelp(
        examples=(
            "cleanwire config show --config cleanwire.toml",
            "cleanwire config show --json | jq -c '{(.setting): .value}'",
        ),
        done="the settings are right",
        asks_broker=False,
    ),
}
"""By name, as it is typed."""
