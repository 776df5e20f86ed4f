"""Footnotes of Markdown ("[^1]" in a sentence, "[^1]: text" below it), which CommonMark takes for links or for text.

A note becomes a paragraph of its own where it stands; its mark is no part of the sentence. What is code stays as it is.
"""

import re
from collections.abc import Set

_NOTE = re.compile(r"^(?P<quoted>(?: {0,3}> ?)*) {0,3}\[\^(?P<name>[^\]\s]+)\]:[ \t]*")
_MARK = re.compile(r"(?<![ \t])[ \t]*\[\^(?P<name>[^\]\s]+)\]")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_INDENTED = re.compile(r"^(?: {2,}|\t)")


def notes_apart(text: str) -> str:
    """Markdown with every note as a paragraph, without its mark."""
    out: list[str] = []
    fence = ""
    inside = False  # a note, which goes on in the lines below it and in indented paragraphs
    for line in text.split("\n"):
        if (found := _FENCE.match(line)) and (not fence or line.strip().startswith(fence)):
            fence, inside = "" if fence else found[1], False
        if not fence and (note := _NOTE.match(line)):
            out += [note["quoted"].rstrip(), note["quoted"] + line[note.end() :]]
            inside = True
            continue
        if inside and line.strip():
            ended = bool(out) and not out[-1].strip()
            if ended and not _INDENTED.match(line):
                inside = False
            else:
                line = line.lstrip()
        out.append(line)
    return "\n".join(out)


def names_of_notes(text: str) -> frozenset[str]:
    """The names for which Markdown has a note, in lower case."""
    return frozenset(note["name"].lower() for line in text.split("\n") if (note := _NOTE.match(line)))


def without_marks(text: str, notes: Set[str]) -> str:
    """A run of text of a paragraph without the marks of these notes; "[^abc]" may well be something else."""
    return _MARK.sub(lambda mark: "" if mark["name"].lower() in notes else mark[0], text)
