"""The word files (.yaml) that ship beside the reader, and the shorthand in which their patterns are written.

A pattern is a regular expression with four shorthands: a space is a space or a hyphen, `word~` has any ending, `..`
and `...` are short and long gaps within one clause, `<name>` is a word group. Knows nothing of what the words mean.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_INSIDE_CLAUSE = r"(?:[^.;?!]|\.(?=\d))"
_SHORTHAND = re.compile(
    r"(?P<behind>\(\?<[!=][^)]*\))|(?P<gap> ?\.{2,3} ?)|(?P<space> \??)|(?P<ending>~)|<(?P<group>[a-z]+)>"
)
_GAPS = {"..": 40, "...": 110}


@cache
def word_file(name: str) -> Mapping[str, Any]:
    """What the word file of this name holds: `word_file("vocabulary")` is vocabulary.yaml."""
    held: Mapping[str, Any] = yaml.safe_load(files("claims").joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
    return held


def one_line(words: str) -> str:
    """Alternatives that a file folds over several lines, without the blanks that folding leaves after each bar."""
    return re.sub(r"\|\s+", "|", words.strip())


def word_groups(words: Mapping[str, str], known: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """Each group written out, in order: a group may use the groups above it and those already known."""
    groups = dict(known or {})
    for name, alternatives in words.items():
        groups[name] = expand(one_line(alternatives), groups)
    return groups


def expand(pattern: str, groups: Mapping[str, str]) -> str:
    """The regular expression that a pattern with shorthands stands for."""

    def written_out(match: re.Match[str]) -> str:
        if match["behind"]:
            return match["behind"].replace(" ", r"[\s-]")
        if gap := match["gap"]:
            filler = f"{_INSIDE_CLAUSE}{{0,{_GAPS[gap.strip()]}}}?"
            start, end = (r"\W" if gap[0] == " " else ""), (r"\W" if gap[-1] == " " else "")
            return rf"{start}(?:{filler}{end})??" if start else rf"{filler}{end}"
        if space := match["space"]:
            return r"[\s-]*" if space == " ?" else r"[\s-]+"
        if match["ending"]:
            return r"\w*"
        return groups[match["group"]]

    return _SHORTHAND.sub(written_out, pattern)


def any_of(lines: str, groups: Mapping[str, str]) -> str:
    """Every line a pattern: the regular expression that finds any of them."""
    return "|".join(expand(line, groups) for line in lines.splitlines())


def whole_words(lines: str, groups: Mapping[str, str]) -> re.Pattern[str]:
    """Any of these lines as whole words, in any case."""
    return re.compile(rf"(?<!\w)(?:{any_of(lines, groups)})(?!\w)", re.IGNORECASE)
