"""What of a text is mail round the article: marks of quotation, words above a forwarded message, a signature?"""

import re
from collections.abc import Sequence

_QUOTED = re.compile(r"(?:>[ \t]?)+")
_MOST = 0.6  # share of the lines that are quoted when the article itself is the quotation
_PREFIX = re.compile(
    r"(?:\s*(?:re|fwd?|aw|wg|tr|rv|enc|sv|vs|vb|antw|doorst|odp|pd|ynt|ilt|hl|转发|轉寄|回复|回覆|答复)"
    r"(?:\[\d+\])?\s*[:：])+\s*",
    re.I,
)
_FORWARDED = re.compile(
    r"\W*(?:begin )?(?:original message|forwarded (?:message|by\b.*)|ursprüngliche nachricht|weitergeleitete nachricht|"
    r"message d['’]origine|message transféré|mensaje original|mensaje reenviado|mensagem (?:original|encaminhada)|"
    r"messaggio (?:originale|inoltrato)|oorspronkelijk bericht|doorgestuurd bericht|ursprungligt meddelande|"
    r"vidarebefordrat meddelande|oprindelig meddelelse|opprinnelig melding|oryginalna wiadomość|przekazana wiadomość|"
    r"исходное сообщение|пересланное сообщение|αρχικό μήνυμα|προωθημένο μήνυμα|orijinal ileti|iletilen ileti|"
    r"原始邮件|转发的邮件|原始郵件|轉寄郵件|原文|転送メッセージ|전달된 메시지|원본 메시지)\W*",
    re.I,
)
_MAX_LINES_ABOVE = 25  # a forwarded message stands below a few words
_SIGNATURE = re.compile(r"--|__+")
_MAX_SIGNATURE_LINES = 12


def unquoted(text: str) -> str:
    """Return `text` without the marks of quotation when most of its lines have them."""
    lines = text.splitlines()
    told = [line for line in lines if line.strip()]
    quoted = sum(line.startswith(">") for line in told)
    if quoted < 2 or quoted < _MOST * len(told):
        return text
    return "\n".join(_QUOTED.sub("", line, count=1) if line.startswith(">") else line for line in lines)


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
