"""Lists of nonwords that can be pronounced: like a text word by word in length, capitals and repetition, without words.

Each word of the text becomes a nonword of its length, built from syllables (onset, vowel, coda); a word that stands
twice in the text becomes the same nonword twice, so that repetition is matched too. The idea is that of Fedorenko et
al. 2010 (doi:10.1152/jn.00032.2010); the generator is our own.
"""

import re
from pathlib import Path

import numpy as np

# Common English words of four letters and more that the syllables below can make. They were found by drawing a million
# strings and looking them up in the frequency list of pyspellchecker 0.9.1, in UD English EWT and in the batteries.
WORDS = frozenset((Path(__file__).parent / "english.txt").read_text(encoding="utf-8").split())

ONSETS = "b d f g h j k l m n p r s t v w bl br cl cr dr fl fr gl gr pl pr sk sl sm sn sp st sw tr th sh ch".split()
VOWELS = "a e i o u".split()
LONG_VOWELS = "ai ea oa ou oi ee au".split()
CODAS = "b d f g k l m n p r t x nd nk nt mp lk lt lm rb rd rk rl rm rn rt sk sp ft pt sh th".split()
SHORT_CODAS = [coda for coda in CODAS if len(coda) == 1]
# Nearly every string of two or three letters is a word, a name or an abbreviation: these are not.
SHORT = {
    2: "ib ud ek ep ob ub og uf ak ot".split(),
    3: """baf bek bem bep bik bof dek dof dok duf faf fek fep fim fom gef gek gep gof gub hef hek hif huk jek jep
       jif jol jom jup keb kib kof kup leb lom luf lup mep mib mof mup naf nek nif nol nuf pab pef pif pog puf rak
       rek ril rof rup sef sif sok taf teb tef tof tuf vab vek vem vif vob vog vum wab wef wib wof wuf""".split(),
}
COARSE = "dik fag fuk jap kok kunt nig pis rape shat shit suk tit twat".split()
ENDINGS = ("s", "es", "d", "ed", "ing", "er", "r", "y", "ly", "n", "en", "le")


def nonwords_like(text: str, rng: np.random.Generator) -> str:
    """`text` with each word replaced by a nonword of its length; signs and capitals stay where they are."""
    made: dict[str, str] = {}

    def replace(found: re.Match[str]) -> str:
        word = found[0].lower()
        while word not in made:
            letters = nonword(len(word), rng)
            if letters not in made.values():
                made[word] = letters
        return made[word].capitalize() if found[0][0].isupper() else made[word]

    return re.sub(r"[A-Za-z]+", replace, text)


def nonword(length: int, rng: np.random.Generator) -> str:
    """A pronounceable string of `length` letters (two or more) that is no common English word."""
    if length < 2:
        raise ValueError(f"a nonword needs two letters or more, got {length}")
    if length in SHORT:
        return str(rng.choice(SHORT[length]))
    while True:
        letters = _syllables(length, rng)
        if letters is not None and not is_word(letters):
            return letters


def is_word(letters: str) -> bool:
    """Whether `letters` is a known word, with a common ending or without, or sounds like a coarse one."""
    stems = (letters[: -len(ending)] for ending in ENDINGS if letters.endswith(ending))
    known = letters in WORDS or any(stem in WORDS or f"{stem}e" in WORDS for stem in stems)
    return known or any(sound in letters for sound in COARSE)


def _syllables(length: int, rng: np.random.Generator) -> str | None:
    """One try at `length` letters; None where the syllables drawn do not fit."""
    letters, closed = "", False
    while len(letters) < length - 1:
        onset = rng.choice([x for x in ONSETS if len(x) == 1] if closed else ONSETS)
        vowel = rng.choice(LONG_VOWELS if rng.random() < 0.2 else VOWELS)
        letters += str(onset) + str(vowel)
        closed = bool(rng.random() < 0.4)
        last = length - len(letters) <= 2
        if last or closed:
            letters += str(rng.choice(CODAS if last else SHORT_CODAS))
    return letters if len(letters) == length else None
