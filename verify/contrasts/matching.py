"""How well the two sides of a contrast set are matched: in length, in word lengths and in vocabulary.

difference  mean of (target - baseline) over pairs, divided by the standard deviation of the lengths, pooled over the
            two sides; its 95 % interval is Student's t of the pairs (Lakens 2013, doi:10.3389/fpsyg.2013.00863: d_av)
cosine      of the counts on the two sides; 1: the same words in the same shares, 0: no word in common. Words are
            counted in lower case, digits and operators one by one
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from verify.batteries.words import PEOPLE
from verify.contrasts.base import ContrastSet
from verify.statistics import Interval, cosine

MOST_FREQUENT = 10
FUNCTION_WORDS = frozenset(
    """a about above across after again against all along already also although among an and another any around as
    at away back be because been before behind being below beside between both but by can could did do does done
    down during each either else ever every few for from further had has have he her here hers him his how i if in
    inside into is it its just last later less many me more most much must my near never next no nobody nor not
    nothing now of off on once one only onto or other our out outside over own per rather same she since so some
    soon still such than that the their them then there these they this those though three through till to too
    toward towards two under until up upon us very was we were what when where which while who whole whom whose why
    will with within without would yet you your""".split()
)
_UNIT = re.compile(r"[a-z]+(?:'[a-z]+)?|\d|[-+*/=]")
_NAMES = frozenset(name.lower() for name in PEOPLE)


@dataclass(frozen=True, slots=True)
class Matching:
    """The figures that are printed beside a contrast set. Pairs of numbers are (target, baseline).

    Attributes:
        pairs: number of pairs.
        words: mean number of words.
        characters: mean number of characters.
        words_difference: standardised difference in words, with its 95 % interval.
        characters_difference: the same in characters.
        vocabulary: cosine of the word counts.
        function_words: cosine of the counts of function words alone.
        word_lengths: cosine of the counts of word lengths.
        one_sided: which of the ten most frequent content words (names left out) stand on one side only.
    """

    pairs: int
    words: tuple[float, float]
    characters: tuple[float, float]
    words_difference: Interval
    characters_difference: Interval
    vocabulary: float
    function_words: float
    word_lengths: float
    one_sided: tuple[str, ...]


def matching(contrast: ContrastSet) -> Matching:
    """How well the target and the baseline texts of `contrast` are matched."""
    sides = (contrast.target, contrast.baseline)
    words = [np.array([len(text.split()) for text in side], dtype=np.float64) for side in sides]
    characters = [np.array([len(text) for text in side], dtype=np.float64) for side in sides]
    counts = [Counter(unit for text in side for unit in units_of(text)) for side in sides]
    lengths = [Counter(str(len(word)) for text in side for word in text.split()) for side in sides]
    total: Counter[str] = counts[0] + counts[1]
    content = [word for word, _ in total.most_common() if _is_content(word)][:MOST_FREQUENT]
    return Matching(
        pairs=len(contrast.target),
        words=(float(words[0].mean()), float(words[1].mean())),
        characters=(float(characters[0].mean()), float(characters[1].mean())),
        words_difference=standardised_difference(words[0], words[1]),
        characters_difference=standardised_difference(characters[0], characters[1]),
        vocabulary=cosine(counts[0], counts[1]),
        function_words=cosine(*(_only(count, FUNCTION_WORDS.__contains__) for count in counts)),
        word_lengths=cosine(lengths[0], lengths[1]),
        one_sided=tuple(word for word in content if not (counts[0][word] and counts[1][word])),
    )


def units_of(text: str) -> list[str]:
    """Lower-case words, single digits and operators of `text`."""
    return _UNIT.findall(text.lower())


def standardised_difference(target: Float[np.ndarray, "pairs"], baseline: Float[np.ndarray, "pairs"]) -> Interval:
    """Mean of target - baseline over pairs in pooled standard deviations, with its 95 % interval.

    Zero with an interval of zero length where no pair differs; infinite where pairs differ and neither side varies.
    """
    difference = target - baseline
    if not difference.any():
        return Interval(0.0, 0.0, 0.0, "no pair differs")
    pooled = float(np.sqrt((target.var(ddof=1) + baseline.var(ddof=1)) / 2)) if len(target) > 1 else 0.0
    if pooled == 0.0:
        infinite = float(np.sign(difference.mean())) * np.inf
        return Interval(infinite, infinite, infinite, "neither side varies")
    from scipy import stats  # slow to load, and of matched pairs nobody asks

    mean, error = float(difference.mean()), float(stats.sem(difference))
    reach = float(stats.t.ppf(0.975, len(difference) - 1)) * error
    return Interval(mean / pooled, (mean - reach) / pooled, (mean + reach) / pooled, "t over pairs")


def _is_content(word: str) -> bool:
    return word[0].isalpha() and word not in FUNCTION_WORDS and word not in _NAMES


def _only(counts: Counter[str], keep: Callable[[str], bool]) -> Counter[str]:
    return Counter({word: count for word, count in counts.items() if keep(word)})
