"""Drops page furniture from a sequence of blocks: single lines, boxes of teasers, and comments after the article."""

from collections.abc import Sequence

from claims.sources.base import Block
from claims.sources.furniture import is_furniture, opens_comments, opens_teasers
from claims.sources.invisible import one_line

_BODY = 60  # words after which a heading "Comments" ends the article
_SENTENCE = 14  # words from which a line with a full stop is prose and no teaser
_ENDS = (".", "!", "?", ".\u201d", '."', ".\u2019", ":")


def article_blocks(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks that belong to the article, in order."""
    kept: list[Block] = []
    words = 0
    teasers = False
    for block in blocks:
        line = one_line(block.text)
        if block.kind == "headline":
            teasers = False
        elif words >= _BODY and opens_comments(line):
            break
        elif opens_teasers(line):
            teasers = True
            continue
        elif teasers:
            if len(line.split()) < _SENTENCE or not line.endswith(_ENDS):
                continue
            teasers = False
        if is_furniture(line) and block.kind != "headline":
            continue
        kept.append(block)
        words += len(line.split())
    return tuple(kept)
