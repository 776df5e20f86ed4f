"""Words of a text, and BM25 over them (Robertson and Zaragoza 2009, doi:10.1561/1500000019, equation 3.15)."""

import math
import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Here a language model is a thing, and says nothing of language: one term, so that "language" alone means the ability.
_TERM = re.compile(r"\blanguage[ -]model(?:s|l?ing)?\b")
_ENDINGS = (
    "ations",
    "ation",
    "ings",
    "ing",
    "ities",
    "ity",
    "ies",
    "ised",
    "ized",
    "ise",
    "ize",
    "ed",
    "es",
    "ly",
    "s",
    "e",
)
_SHORTEST_STEM = 4
_STOP = frozenset(
    """
    a an the of in on at to for from by with and or but as if so than then that this these those it its is are was were
    be been has have had do does did can could may might will would not no nor only also very more most much many some
    any all each every which who whom what when where why how there their they them we our us you your i he she his her
    into onto over under about between among through one two other others own same such like rather whether both either
    while because too just even
    """.split()
)


def words_of(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, hyphenated words also in their parts."""
    out: list[str] = []
    for word in _WORD.findall(_TERM.sub("languagemodel", text.lower())):
        parts = word.split("-")
        out += [_stem(part) for part in parts if part not in _STOP and len(part) > 1]
        if len(parts) > 1:
            out.append("".join(_stem(part) for part in parts))
    return out


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


class BM25:
    """Scores of documents for a query.

    Args:
        documents: stems of each document.
        k1: how soon a repeated word stops counting.
        b: how much long documents are held back, 0 to 1.
    """

    def __init__(self, documents: Sequence[Sequence[str]], *, k1: float = 1.2, b: float = 0.6) -> None:
        mean = sum(map(len, documents)) / max(1, len(documents)) or 1.0
        seen = Counter(word for document in documents for word in set(document))
        self.idf = {w: math.log(1 + (len(documents) - n + 0.5) / (n + 0.5)) for w, n in seen.items()}
        self._weights = [
            {
                word: self.idf[word] * n * (k1 + 1) / (n + k1 * (1 - b + b * len(document) / mean))
                for word, n in Counter(document).items()
            }
            for document in documents
        ]

    def scores(self, query: Sequence[str]) -> list[float]:
        """One score per document, 0 where no word is shared."""
        asked = set(query)
        return [sum(weights.get(word, 0.0) for word in asked) for weights in self._weights]
