"""What article does a plain text hold, whose lines come in any order?

The paragraphs that surely are running text are found first. What stands before and after them is told apart by
what it says (dates, bylines, known boilerplate), by what repeats (the site's name), and by which words it shares
with the paragraphs (a headline does, an advertisement does not).
"""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cleanwire.records.document import Removed
from cleanwire.text import folding, person_names, prose
from cleanwire.text import language as languages
from cleanwire.text.boilerplate import lines, rules
from cleanwire.text.boilerplate.rule_files import Match, Place, Rule
from cleanwire.text.boilerplate.rules import RuleSet
from cleanwire.text.dates import datelines
from cleanwire.text.dates.moment import ParsedTime
from cleanwire.text.plain import calls, field_codes, header_fields, imprint, mail, newsletters, sitenames, unwrap, wire
from cleanwire.text.plain.facts import Facts

_MAX_TITLE_CHARS = 260
_RELATED = 0.3  # share of a line's words found in the paragraphs that ties it to the article
_STRONGLY_RELATED = 0.5
_UNRELATED = 0.12
_MIN_BODY_WORDS = 14  # less running text is no article
_MIN_SHORT_PARAGRAPH_CHARS = 30
_MIN_LAST_WORDS = 5
_MAX_LONG_TITLE_CHARS = 220
_OF_NEWSLETTERS = "/newsletter-mail"  # rules about what only newsletters sent as mails say
_HEADER = ("plain/header", "header")
_MAX_NAME_WORDS = 4
_FULL_STOP = re.compile(r"[.。।:：…]['\"”’»“』」)\]）]{0,3}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainArticle:
    """An article read from text without markup."""

    title: str | None
    publisher: str | None
    published: ParsedTime | None
    published_raw: str | None  # the line it was read from
    modified: ParsedTime | None
    authors: tuple[str, ...]
    paragraphs: tuple[str, ...]  # as written, in order; empty when the text holds no article
    removed: tuple[Removed, ...]  # `index` counts the lines, blank ones left out
    language: str | None


def read(
    text: str, *, language: str | None = None, site_names: tuple[str, ...] = (), using: RuleSet | None = None
) -> PlainArticle:
    """Return the article in `text`; `language` (BCP 47) and `site_names` are what is declared elsewhere.

    Lines are judged `using` these rules; those of the package when it is None.
    """
    text = mail.decoded(text)
    record = field_codes.read(text)
    found, cut = _of_record(record) if record else (unwrap.paragraphs(mail.unquoted(text)), {})
    sample = "\n".join(line for line in found if prose.is_long(line)) or text
    facts = Facts(language=languages.name(sample, language), site_names=site_names, rules=using or rules.load())
    if record:
        facts.read_header(record.fields)
    return _Reader(rows=found, facts=facts, cut=cut).read()


def _of_record(record: field_codes.CodedRecord) -> tuple[list[str], dict[int, tuple[str, str]]]:
    """Return the lines of a database's record, and which of them are none of its running text."""
    rows = list(record.head)
    codes = [*range(len(rows))]
    for code, text in record.body:
        codes.append(len(rows))
        rows += [code, *unwrap.paragraphs(text)]
    codes += range(len(rows), len(rows) + len(record.tail))
    return [*rows, *record.tail], dict.fromkeys(codes, _HEADER)


@dataclass(slots=True, kw_only=True)
class _Reader:
    """One pass over one text. Every line ends as paragraph, as metadata or as cut with a reason."""

    rows: list[str]
    facts: Facts
    cut: dict[int, tuple[str, str]] = field(default_factory=dict)  # index → rule, reason
    first: int = 0
    last: int = -1
    vocabulary: frozenset[str] = frozenset()
    wire: set[int] = field(default_factory=set)
    owners: frozenset[str] = frozenset()  # who has the copyright, as the text says

    def read(self) -> PlainArticle:
        self._read_wire()
        self.owners = imprint.holders(self.rows)
        self._read_header()
        self._find_body()
        if self.last >= self.first:
            self._judge_edges()
            self._read_newsletter()
            self._read_name_in_capitals()
            self._name_title_and_site()
            self._judge_body()
        else:
            self.cut.update({i: ("plain/no-article", "nav") for i in range(len(self.rows)) if i not in self.cut})
        return PlainArticle(
            title=self.facts.title,
            publisher=self.facts.publisher,
            published=self.facts.published,
            published_raw=self.facts.published_raw,
            modified=self.facts.modified,
            authors=tuple(dict.fromkeys(map(person_names.recased, self.facts.authors))),
            paragraphs=tuple(line for i, line in enumerate(self.rows) if i not in self.cut),
            removed=tuple(
                Removed(text=self.rows[i], index=i, rule=rule, reason=reason)
                for i, (rule, reason) in sorted(self.cut.items())
            ),
            language=self.facts.language,
        )

    def _read_wire(self) -> None:
        """Take a news wire's marks away."""
        found = None if self.cut else wire.read(self.rows)
        if found is not None:
            self.rows = found.rows
            self.facts.title = self.facts.title or found.headline
            self.wire = found.machine_lines

    def _read_header(self) -> None:
        """Take the fields of a mail or an archive dump, of a forwarded mail its own."""
        if self.cut:
            return  # of a database's record they are known
        start = mail.forwarded(self.rows)
        header = header_fields.read(self.rows[start:])
        if start and not header.lines:
            start, header = 0, header_fields.read(self.rows)
        self.facts.read_header(header.fields)
        self.cut.update(dict.fromkeys(range(start + header.lines), _HEADER))
        if header.lines:
            self._cut_mail_parts()
        self.cut.update(dict.fromkeys(self.wire, _HEADER))
        archive = header_fields.scattered(self.rows)
        self.facts.title = self.facts.title or archive.title
        if archive.author and not self.facts.authors:
            self.facts.read_author(archive.author)
        self.cut.update(dict.fromkeys(archive.lines, _HEADER))

    def _cut_mail_parts(self) -> None:
        """Cut what others wrote before, the signature, and the limits of parts."""
        self.cut.update(dict.fromkeys(mail.part_lines(self.rows), _HEADER))
        self.cut.update({at: ("plain/quoted", "nav") for at, row in enumerate(self.rows) if mail.is_quoted(row)})
        self.cut.update(dict.fromkeys(range(mail.signature(self.rows), len(self.rows)), ("plain/signature", "nav")))

    def _find_body(self) -> None:
        """Find the first and the last line that surely is running text of this article."""
        sure = self._sure(prose.is_paragraph) or self._sure(_is_short_paragraph)
        if not sure or sum(prose.word_count(self.rows[i]) for i in sure) < _MIN_BODY_WORDS:
            return
        self.first, self.last = sure[0], sure[-1]
        self._drop_unrelated(sure)
        self._leave_headline_out([i for i in sure if i >= self.first])
        self.vocabulary = prose.content_words(" ".join(self.rows[i] for i in sure if self.first <= i <= self.last))
        self._take_in_short_ends()

    def _sure(self, is_paragraph: Callable[[str], bool]) -> list[int]:
        found = [i for i, line in enumerate(self.rows) if i not in self.cut and is_paragraph(line)]
        context = self.facts.context()
        while found and lines.judge(self.rows[found[0]], Place.HEAD, context):
            found.pop(0)
        while found and lines.judge(self.rows[found[-1]], Place.TAIL, context):
            found.pop()
        return found

    def _drop_unrelated(self, sure: Sequence[int]) -> None:
        """Move the body's beginning behind advertisements in whole sentences that stand above the headline.

        Below a date line stands the article, whatever it is about.
        """
        if any(datelines.find(row, language=self.facts.language) for row in self.rows[: sure[0]]):
            return
        for here, following in itertools.pairwise(sure):
            rest = prose.content_words(" ".join(self.rows[i] for i in sure if i > here))
            between = any(self._could_be_headline(i) for i in range(here + 1, following))
            if not between or len(rest) < 20 or prose.overlap(self.rows[here], rest) >= _UNRELATED:
                return
            self.first = following

    def _could_be_headline(self, index: int) -> bool:
        line = self.rows[index]
        return not prose.ends_sentence(line) and not calls.ends_in_call(line)

    def _leave_headline_out(self, sure: Sequence[int]) -> None:
        """Move the body's beginning behind a headline that is as long as a paragraph."""
        line = self.rows[sure[0]]
        if len(sure) < 2 or len(line) > _MAX_LONG_TITLE_CHARS or _FULL_STOP.search(line):
            return
        vocabulary = prose.content_words(" ".join(self.rows[i] for i in sure[1:]))
        above = [self.rows[i] for i in range(sure[0]) if i not in self.cut and not sitenames.sells(self.rows[i])]
        if not any(prose.word_count(row) > 2 and prose.overlap(row, vocabulary) >= _RELATED for row in above):
            self.first = sure[1]

    def _take_in_short_ends(self) -> None:
        """Move the body's end over short last paragraphs, and the subheads between them."""
        context = self.facts.context()
        for index in range(self.last + 1, len(self.rows)):
            line = self.rows[index]
            if (
                imprint.is_imprint(line, self.owners)
                or lines.judge(line, Place.TAIL, context)
                or datelines.find(line, language=self.facts.language)
                or self._offers(line)
            ):
                return
            if prose.ends_sentence(line) and prose.word_count(line) >= _MIN_LAST_WORDS:
                self.last = index

    def _edges(self) -> list[int]:
        outside = [*range(self.first), *range(self.last + 1, len(self.rows))]
        return [i for i in outside if i not in self.cut]

    def _place(self, index: int) -> Place:
        return Place.HEAD if index < self.first else Place.TAIL if index > self.last else Place.BODY

    def _judge_edges(self) -> None:
        """Take dates, bylines and known boilerplate from around the body."""
        self.facts.site_names = (*self.facts.site_names, *sitenames.repeated(self.rows, self._edges()))
        for index in self._edges():
            line = self.rows[index]
            if (reason := self.facts.take(line)) is not None:
                self.cut[index] = (f"plain/{reason}", reason)
                continue
            if index > self.last and imprint.is_imprint(line, self.owners):
                self.cut[index] = ("plain/imprint", "copyright")
                continue
            verdict = self.facts.rules.match(line, language=self.facts.language, place=self._place(index))
            if verdict and not self._is_likely_title(index, line, verdict):
                self.cut[index] = (verdict.id, verdict.kind)

    def _read_newsletter(self) -> None:
        """Take headline and author from the lines above a newsletter's text, which stand in one order always."""
        if self.facts.title or not any(rule.endswith(_OF_NEWSLETTERS) for rule, _ in self.cut.values()):
            return
        head = [index for index in self._edges() if index < self.first]
        for index in head:
            self.rows[index] = newsletters.without_label(self.rows[index])
        opening = newsletters.opening([(index, self.rows[index]) for index in head])
        self.facts.title = opening.title
        if opening.author is not None and not self.facts.authors:
            self.facts.authors.append(self.rows[opening.author])
            self.cut[opening.author] = ("plain/byline", "byline")

    def _read_name_in_capitals(self) -> None:
        """Take the author from a line above the text that is a name in capitals, as archives print them."""
        if self.facts.authors or not any(rule == _HEADER for rule in self.cut.values()):
            return
        for index in [at for at in self._edges() if at < self.first]:
            line = self.rows[index].strip()
            is_name = line.isupper() and 2 <= len(line.split()) <= _MAX_NAME_WORDS and prose.is_name(line)
            is_told = line == self.facts.title or prose.overlap(line, self.vocabulary) > _STRONGLY_RELATED
            if is_name and not is_told and not sitenames.looks_like_site(line):
                self.facts.authors.append(line)
                self.cut[index] = ("plain/byline", "byline")
                return

    def _is_likely_title(self, index: int, line: str, rule: Rule) -> bool:
        """A headline may begin like a request; it is told by the words it shares with the body."""
        if rule.match is Match.WHOLE or self._place(index) is Place.TAIL or self.facts.title:
            return False
        if rule.id.endswith(_OF_NEWSLETTERS):
            return False
        return prose.word_count(line) >= 5 and prose.overlap(line, self.vocabulary) >= _STRONGLY_RELATED

    def _name_title_and_site(self) -> None:
        """Tell headline and site name among the lines left at the edges; cut what is neither."""
        edges = self._edges()
        choice = sitenames.choose(
            [(i, self.rows[i]) for i in edges if len(self.rows[i]) <= _MAX_TITLE_CHARS],
            head_end=self.first,
            vocabulary=self.vocabulary,
            known=self.facts.site_names,
            beside=frozenset(i for i, (rule, _) in self.cut.items() if rule in {"plain/dateline", "plain/byline"}),
            title=self.facts.title,
        )
        self.facts.title = choice.title or self.facts.title
        self.facts.publisher = self.facts.publisher or choice.site or self._agency()
        for index in choice.title_lines:
            self.cut[index] = ("plain/title", "title")
        for index in choice.site_lines:
            self.cut[index] = ("plain/site-name", "site_name")
        title_at = min(choice.title_lines, default=self.first)
        for index in [i for i in edges if i not in self.cut]:
            if not self._belongs(index, title_at):
                self.cut[index] = ("plain/unrelated", "nav")

    def _agency(self) -> str | None:
        """Return the agency whose name stands alone above the body, as a site's would."""
        for index in range(self.first):
            if self.cut.get(index, ("", ""))[1] == "agency_notice" and self.rows[index][:1].isalpha():
                return self.rows[index].strip()
        return None

    def _belongs(self, index: int, title_at: int) -> bool:
        """Tell whether a line outside the sure paragraphs is part of the article all the same."""
        line = self.rows[index]
        related = prose.overlap(line, self.vocabulary)
        if index < self.first:
            below_title = title_at < index
            if prose.ends_sentence(line):
                return related >= _UNRELATED and (below_title or related >= _RELATED)
            return below_title and related >= _RELATED and prose.word_count(line) >= 5
        if prose.ends_sentence(line) or prose.opens_quote(line):
            return not self._offers(line)
        return prose.is_bullet(line) and self._continues_list(index)

    def _offers(self, line: str) -> bool:
        """Tell whether a line below the body is an advertisement that ends like a sentence."""
        return line.endswith(("!", "！")) and sitenames.sells(line) and prose.overlap(line, self.vocabulary) == 0

    def _continues_list(self, index: int) -> bool:
        before = self.rows[index - 1]
        return index - 1 not in self.cut and (before.endswith((":", "：")) or prose.is_bullet(before))

    def _judge_body(self) -> None:
        """Cut what is known boilerplate between the paragraphs, and advertisements that end in a call."""
        context = self.facts.context()
        for index in range(self.first, self.last + 1):
            if index in self.cut:
                continue
            verdict = lines.judge(self.rows[index], Place.BODY, context)
            if verdict:
                self.cut[index] = (verdict.rule, verdict.reason)
            elif self._is_advertised(self.rows[index]):
                self.cut[index] = ("plain/call", "ad")

    def _is_advertised(self, line: str) -> bool:
        """Tell whether `line` is an offer that ends in a call and has little to do with the article."""
        sells = sitenames.sells(line)
        if not (calls.ends_in_call(line) or (sells and calls.shouts(line))):
            return False
        return prose.overlap(line, self.vocabulary) < (_STRONGLY_RELATED if sells else _RELATED)


def _is_short_paragraph(line: str) -> bool:
    enough = len(line) >= (_MIN_SHORT_PARAGRAPH_CHARS // 2 if folding.is_unspaced(line) else _MIN_SHORT_PARAGRAPH_CHARS)
    return enough and prose.ends_sentence(line)
