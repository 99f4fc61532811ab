"""What of a text is mail round the article: codes, marks of quotation, words above a forwarded message, a signature?"""

import re
from collections.abc import Sequence
from email import errors, header

_QUOTED = re.compile(r"(?:>[ \t]?)+")
_MOST = 0.6  # share of the lines that are quoted when the article itself is the quotation
_PREFIX = re.compile(
    r"(?:(?:(?<!\s)\s+)?(?:re|fwd?|aw|wg|tr|rv|enc|sv|vs|vb|antw|doorst|odp|pd|ynt|ilt|hl|转发|轉寄|回复|回覆|答复)"
    r"(?:\[\d+\])?\s*[:：])+\s*",
    re.I,
)
_FORWARDED = re.compile(
    r"\W*(?:begin )?(?:"
    r"original message|forwarded (?:message|by\b.*+)|ursprüngliche nachricht|weitergeleitete nachricht|"
    r"message d['’]origine|message transféré|mensaje original|mensaje reenviado|"
    r"mensagem (?:original|encaminhada)|messaggio (?:originale|inoltrato)|oorspronkelijk bericht|"
    r"doorgestuurd bericht|ursprungligt meddelande|vidarebefordrat meddelande|oprindelig meddelelse|"
    r"opprinnelig melding|oryginalna wiadomość|przekazana wiadomość|исходное сообщение|пересланное сообщение|"
    r"αρχικό μήνυμα|προωθημένο μήνυμα|orijinal ileti|iletilen ileti|"
    r"原始邮件|转发的邮件|原始郵件|轉寄郵件|原文|転送メッセージ|전달된 메시지|원본 메시지"
    r")\W*",
    re.I,
)
_MAX_LINES_ABOVE = 25  # a forwarded message stands below a few words
_SIGNATURE = re.compile(r"--|__+")
_MAX_SIGNATURE_LINES = 12

_ENCODED_WORDS = re.compile(
    r"=\?[\w-]{2,20}\?[bq]\?[^?\s]{0,200}\?=(?:\s+=\?[\w-]{2,20}\?[bq]\?[^?\s]{0,200}\?=)*", re.I
)
# Quoted-printable, RFC 2045 §6.7
_DECLARED = re.compile(r"^content-transfer-encoding:[ \t]*quoted-printable", re.I | re.M)
_CHARSET = re.compile(r"^content-type:.{0,200}?charset=\"?([\w-]{2,20})", re.I | re.M | re.S)
_HEADER_CHARS = 4_000
_HEADER = re.compile(r"(?:From \S+@[^\n]{5,100}\n)?(?:[A-Za-z][\w-]{1,40}:[^\n]*\n(?:[ \t]+\S[^\n]*\n)*){3,}")
_OF_MAIL = re.compile(r"^(?:From|Received|Return-Path|Message-ID|MIME-Version)\b", re.I | re.M)
_FOLD = re.compile(r"\r?\n[ \t]+")  # RFC 5322 §2.2.3
_BOUNDARY = re.compile(r"\bboundary=\"?([^\s\";]{2,70})", re.I)
_CODES = re.compile(r"(?:=[0-9A-F]{2})+")
_SURE_CODES = re.compile(r"(?:=[C-F][0-9A-F](?:=[89AB][0-9A-F]){1,3})+|=3D|=(?:20|2E|09)(?=[ \t]*\r?$)", re.M)
_SOFT_BREAK = re.compile(r"=[ \t]*\r?\n")
_FULL_LINE = re.compile(r"^.{60,75}=[ \t]*\r?$", re.M)
_MIN_CODES = 2  # one may be an address or a sum


def decoded(text: str) -> str:
    """Return `text` without a mail's codes for its transport: folded fields, quoted-printable, encoded words."""
    if (top := _HEADER.match(text)) is not None and _OF_MAIL.search(top[0]) is not None:
        text = _FOLD.sub(" ", top[0]) + text[top.end() :]
    text = _ENCODED_WORDS.sub(lambda match: _word(match[0]), text)
    head = text[:_HEADER_CHARS]
    is_declared = _DECLARED.search(head) is not None
    if not is_declared and len(_SURE_CODES.findall(text)) + len(_FULL_LINE.findall(text)) < _MIN_CODES:
        return text
    charset = match[1] if (match := _CHARSET.search(head)) else "utf-8"
    codes = _CODES if is_declared else _SURE_CODES
    return codes.sub(lambda match: _octets(match[0], charset), _SOFT_BREAK.sub("", text))


def _word(encoded: str) -> str:
    try:
        return str(header.make_header(header.decode_header(encoded)))
    except (errors.HeaderParseError, LookupError, ValueError):
        return encoded


def _octets(codes: str, charset: str) -> str:
    octets = bytes.fromhex(codes.replace("=", ""))
    for name in (charset, "utf-8", "cp1252"):
        try:
            return octets.decode(name)
        except (LookupError, ValueError):
            continue
    return codes


def flowed(text: str, *, delete: bool) -> str:
    """Return a text of `format=flowed` with its paragraphs in one line each (RFC 3676, section 4).

    A line that ends in a blank goes on in the next; with `delete` that blank is not the text's own (`DelSp=yes`). A
    blank in front of a line protects what follows it.
    """
    paragraphs: list[list[str]] = []  # pieces, put together once: a paragraph may be as long as the mail
    goes_on = False
    for line in text.splitlines():
        is_separator = line == "-- "
        told = line[1:] if line.startswith(" ") else line
        if not goes_on or is_separator or is_quoted(line):
            paragraphs.append([])
        goes_on = told.endswith(" ") and not is_separator and not is_quoted(line)
        paragraphs[-1].append(told[:-1] if goes_on and delete else told)
    return "\n".join(map("".join, paragraphs))


def unquoted(text: str) -> str:
    """Return `text` without the marks of quotation when most of its lines have them."""
    lines = text.splitlines()
    told = [line for line in lines if line.strip()]
    quoted = sum(line.startswith(">") for line in told)
    if quoted < 2 or quoted < _MOST * len(told):
        return text
    return "\n".join(_QUOTED.sub("", line, count=1) if line.startswith(">") else line for line in lines)


def part_lines(lines: Sequence[str]) -> set[int]:
    """Return which lines part a mail into parts and tell what they are, and all lines of parts that are markup."""
    boundary = next((match[1] for line in lines[:_MAX_LINES_ABOVE] if (match := _BOUNDARY.search(line))), None)
    found: set[int] = set()
    is_head = is_markup = False
    for at, line in enumerate(lines if boundary else ()):
        if line in (f"--{boundary}", f"--{boundary}--"):
            is_head, is_markup = True, False
            found.add(at)
        elif is_head and line.lower().startswith("content-"):
            is_markup = is_markup or line.lower().startswith("content-type: text/html")
            found.add(at)
        else:
            is_head = False
            found |= {at} if is_markup else set()
    return found


def is_quoted(line: str) -> bool:
    return line.startswith(">")


def subject(line: str) -> str:
    """Return a subject without "Re:" and "Fwd:" in front of it."""
    return _PREFIX.sub("", line, count=1) if _PREFIX.match(line) else line


def forwarded(lines: Sequence[str]) -> int:
    """Return where a forwarded message begins: the line below its separator, 0 when nothing is forwarded."""
    found = 0
    for at, line in enumerate(lines[:_MAX_LINES_ABOVE]):
        if len(line) <= 80 and _FORWARDED.fullmatch(line) is not None:
            found = at + 1
    return found


def signature(lines: Sequence[str]) -> int:
    """Return where a signature begins: at the last separator with a few short lines below it, else the end."""
    for at in range(len(lines) - 1, max(0, len(lines) - _MAX_SIGNATURE_LINES) - 1, -1):
        if _SIGNATURE.fullmatch(lines[at].strip()):
            return at if all(len(line) <= 80 for line in lines[at:]) else len(lines)
    return len(lines)
