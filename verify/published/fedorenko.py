"""The language localizer of Fedorenko et al. 2010 (doi:10.1152/jn.00032.2010) as a contrast set.

Each row of its tables is a trial: stim2 to stim13 hold the twelve words, stim14 is S (sentence) or N (nonwords). As in
github.com/BKHMSI/llm-localization, the words are put in lower case and joined by spaces. There the order of the
tables pairs the two kinds; here each sentence stands beside the list nearest to it in word lengths: most lists were
made from one of the sentences, letter for letter.
"""

import csv
from pathlib import Path

import numpy as np
from jaxtyping import Int

from claims.errors import InputError
from verify.contrasts import ContrastSet
from verify.published.files import read_text

WORDS = tuple(f"stim{k}" for k in range(2, 14))
KIND = "stim14"


def load_fedorenko(folder: Path) -> ContrastSet:
    """Sentences against nonword lists from the tables (*.csv) in `folder`; a text that stands twice is kept once.

    Raises:
        InputError: there are no tables, a table lacks a column or holds another kind of trial, or the kinds are not
            equally many.
    """
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}; name the one that holds the localizer's tables")
    tables = sorted(folder.glob("*.csv"))
    if not tables:
        raise InputError(f"{folder} holds no .csv table of the localizer; name the folder that does")
    texts: dict[str, dict[str, None]] = {"S": {}, "N": {}}
    for path in tables:
        for kind, text in _trials(path):
            texts[kind].setdefault(text)
    sentences, nonwords = (list(found) for found in texts.values())
    if not sentences or len(sentences) != len(nonwords):
        raise InputError(
            f"{folder} has {len(sentences)} sentences and {len(nonwords)} lists of nonwords; a contrast needs as many "
            "of the one as of the other"
        )
    from scipy.optimize import linear_sum_assignment  # slow to load, and only this set asks

    _, nearest = linear_sum_assignment(_distances(sentences, nonwords))
    return ContrastSet(
        domain="language",
        name="fedorenko2010",
        target=tuple(sentences),
        baseline=tuple(nonwords[k] for k in nearest),
        what="sentences against lists of nonwords (Fedorenko et al. 2010)",
    )


def _trials(path: Path) -> list[tuple[str, str]]:
    """Kind and text of each row of a table."""
    rows = csv.DictReader(read_text(path).splitlines(), strict=True)
    try:
        missing = [column for column in (*WORDS, KIND) if column not in (rows.fieldnames or ())]
        if missing:
            raise InputError(f"{path} has no column {missing[0]}; the localizer's tables have stim2 to {KIND}")
        found = []
        for row in rows:
            words = [(row[column] or "").strip().lower() for column in WORDS]
            kind = (row[KIND] or "").strip()
            if kind not in ("S", "N") or not all(words):
                raise InputError(f"{path}, line {rows.line_num}: a row needs twelve words and S or N in {KIND}")
            found.append((kind, " ".join(words)))
    except csv.Error as error:
        raise InputError(f"{path} is not a table ({error}); save it as comma-separated text") from None
    return found


def _distances(sentences: list[str], nonwords: list[str]) -> Int[np.ndarray, "sentences lists"]:
    """Sum over the twelve places of how much longer or shorter the word of the list is."""
    a, b = (np.array([[len(word) for word in text.split()] for text in texts]) for texts in (sentences, nonwords))
    return np.asarray(np.abs(a[:, None, :] - b[None, :, :]).sum(axis=2))
