"""The model that a clause leaves to the sentences before it: "it", "its neurons", "the model", "these models".

One that points back gets its antecedent only where no other fits. How far back is looked:

- "it", "its", "they", "their" at the head of a clause: in the nearest sentence, or in the one before it if that names
  nothing that could be meant. Its subject is meant; what is not, only if people are the subject and nothing else there
  could be (a study, a company, a part of a model).
- "the model", "this 8B network", "these models": in the last three sentences, whatever paragraphs they are in. If
  nothing is named there, and the article names one model throughout (among its first five sentences, and again), that
  one.

Two models named where one is looked for, and "a smaller model" or "other models" beside the name, leave it as it is.
Knows nothing of what is said about models.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from claims.context import IF_SO, OF_PEOPLE, PART, PARTS, Added, is_dummy
from claims.listing import listed
from claims.particulars import same_model
from claims.rules import model_names, models_at

_NOUN = r"(?:model|network|system|LLM|chatbot|transformer|AI)"
_NOUNS = r"(?:models|networks|LLMs|chatbots|transformers)"
_SIZE = r"\d+(?:\.\d+)?[- ]?(?:[BM]\b|billion|million)(?:[- ]parameters?)?"
_PLAIN = (
    r"(?:whole|entire|same|open|open-weights?|language(?=\s(?:AI\s)?model)|AI|neural|deep|artificial|trained|pre-?trained"
    r"|large|tested|studied)"
)
_NUMBERS = {"both": 2, "two": 2, "three": 3, "four": 4, "five": 5}
_COUNT = rf"(?:{'|'.join(_NUMBERS)})"
# "the model organism", "the model of the world", "the model we trained" are others
_ALONE = (
    r"(?!\w|[-\u2013]\w|(?:'s|\u2019s)?\s(?:of|for|that|which|who|we|they|he|she|I|you|organisms?|cards?|names?|with|from|trained"
    r"|used|called|named|known|based|built|made)\b|\s\(?(?-i:[A-Z\d]))"
)
_DEFINITE = re.compile(
    rf"(?<!er\s)(?<!more\s)\b(?:(?P<one>(?:the|this|that)\s(?:(?:(?P<size>{_SIZE})|{_PLAIN})\s)*{_NOUN})"
    rf"|(?P<many>(?:(?:the|these|those)\s(?:(?P<count>{_COUNT})\s)?|(?P<both>both)\s(?:the\s|of (?:the|these|those)\s)?"
    rf"|all (?P<all>{_COUNT})\s|such\s)(?:{_PLAIN}\s)*{_NOUNS}))(?:'s?|\u2019s?)?{_ALONE}",
    re.IGNORECASE,
)
# what may stand before a pronoun that is the subject of its clause
_BEFORE_PRONOUN = (
    r"(?:(?:and|but|so|yet|also|while|whereas|when|once|if|that|because|since|although|though|as|still|however|indeed|moreover"
    r"|then|even|here|now|instead|in fact|in addition|in other words|at the same time|after training|(?:deep )?inside"
    r"|within|in"
    r"|for instance|for example|like (?:us|people|humans)),?\s)*"
)
_PRONOUN = re.compile(
    rf"\W*{_BEFORE_PRONOUN}(?:(?:\w+ing|remove|delete|ablate|silence|switch off|turn off)\s(?=its|their))?"
    r"(?P<pronoun>(?P<one>it|its)|they|their)(?:'\w+|\u2019\w+)?(?!\w)",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"\b(?:its|their)$|(?<!it)['\u2019]s$|s['\u2019]$", re.IGNORECASE)
_COMPARED = re.compile(
    r"(?:than|like|as|unlike|to|over|from|with|and)\s(?:\w+\s)?$", re.IGNORECASE
)  # "more than Gemma"
_HAS_A_PART = re.compile(
    r"(?:'s)?\s(?:also\s|even\s|still\s)?(?:has|had|contains?|houses?|holds?|lacks?|develop(?:s|ed)|grows?|grew)\s"
    rf"(?:also\s)?(?:(?!that\b|which\b)[\w'-]+\s){{0,4}}?(?:{PART}|{PARTS}|one (?:for|that|of)|none)\b",
    re.IGNORECASE,
)
# what people do, what an event does, what is said of a whole sentence: "it worked", "it has been shown that"
_OF_NO_MODEL = re.compile(
    r"\s(?:(?:also|even|then|still|never|only)\s)*(?:work(?:s|ed)?|help(?:s|ed)?|happen(?:s|ed)|matter(?:s|ed)?|mean[st]|notice[sd]?"
    r"|ask(?:s|ed)?|remove[sd]?|publish(?:ed)?|describe[sd]?|call(?:ed)?|(?:is|was|has been) (?:an?"
    r"|the|no|not|reported|said|shown|argued|claimed|suggested|known|found)\b"
    r"(?!\s(?:\w+\s){0,3}(?:model|network|LLM|transformer|chatbot)\b))\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    rf"\b(?:(?:an)?other|others|different|second|{_COUNT}|six|seven|eight|nine|ten|\d+|several|many|most|all|some|each|every|any"
    rf"|both|no)\s(?:of\s(?:the\s)?)?(?:[\w-]+\s){{0,3}}?{_NOUN}s?\b"
    r"|\b(?:an?|the)\s(?:[\w-]+\s){0,2}?(?:smaller|larger|bigger|smallest|largest|second|untrained|random|newer|older|other"
    rf"|similar|separate|baseline|base|reward|teacher|student|next|previous)\s(?:[\w-]+\s){{0,2}}?(?:{_NOUN}s?|one)\b",
    re.IGNORECASE,
)
_A_MODEL = re.compile(rf"\ban?\s(?:[\w-]+\s){{0,3}}?{_NOUN}\b", re.IGNORECASE)
_MORE_OF_THEM = re.compile(r"\b(?:others?|several|many|most|more|including|such as|e\.g|like)\b", re.IGNORECASE)
_ORGANIZATION = (
    r"(?:team|group|lab|laboratory|company|firm|start-?up|university|institute|institution|agency|government|journal|magazine"
    r"|newspaper|OpenAI|Google|DeepMind|Meta|Anthropic|Microsoft|Apple|Amazon|Nvidia|Alibaba|Tencent|Baidu|Hugging Face"
    r"|EleutherAI|xAI|IBM|MIT)"
)
# what else "it" could be: a part, a work, somebody's company, a thing, a maker ("Acme released Llama 3")
_COULD_BE_IT = re.compile(
    rf"\b(?i:{PART}|study|paper|preprint|article|report|post|thread|research|project|method|technique|approach|tool|probe|test"
    r"|experiment|analysis|benchmark|dataset|corpus|task|exam|result|finding|discovery|claim|idea|theory|hypothesis"
    r"|question|brain|cortex|algorithm|product|app|version|answer|prompt|code|program|software|effect|phenomenon|pattern)\b"
    r"|(?<!at )(?<!from )(?<!by )(?<!of )(?<!at the )(?<!from the )(?<!by the )(?<!of the )"
    rf"\b{_ORGANIZATION}\b(?!['\u2019]s)"
    rf"|(?<!of )(?<!as )\b(?i:an?|this|that|one)\s(?!(?:[\w-]+\s){{0,3}}?{_NOUN}\b|\w+ly\b)\w"
    r"|^[A-Z]\w+\s(?:has |have )?"
    r"(?:released|launched|unveiled|built|trained|announced|made|makes|developed|sells|published)\b"
)
_A_PART = re.compile(rf"\b(?:{PART}|one (?:for|of|that))\b", re.IGNORECASE)
_COULD_BE_THEY = re.compile(rf"\b(?:{PARTS})\b", re.IGNORECASE)
_OF_KIND = (
    r"(?:large|language|vision|multimodal|multilingual|reasoning|diffusion|recurrent|convolutional|neural|artificial|base|chat"
    r"|AI|video|speech|protein|transformer|\w+(?:-\w+){0,3}-(?:tuned|trained|only|based|experts|language|space|weights?))"
)
_KIND = re.compile(
    rf"\b(?:(?:{_OF_KIND}\s){{1,4}}(?:models|networks|transformers)|LLMs|transformers|chatbots)\b", re.IGNORECASE
)
_PEOPLE_FIRST = re.compile(
    r"\W*(?:(?:and|but|so|now|then|later|here|first|next|in (?:\w+\s)?\d{4}),?\s)*"
    r"(?:(?i:i|we|they|he|she|you|researchers|scientists|engineers|authors|experts|students|people)\b"
    r"|(?!(?i:it|this|that|its)\b)(?:[\w'\u2019-]+\s){1,4}?(?:researchers|scientists|engineers|authors|experts|students|people"
    r"|colleagues|\w+(?:log|gu|chem|nom|mat|lys|tic|sic)ists?|et al\.)"
    r"|[A-Z][\w'\u2019.-]+\s(?:(?:and\s)?[A-Z][\w'\u2019.-]+\s){0,3}(?:has |have )?"
    r"(?:studied|examined|opened|looked|tested|probed|analy[sz]ed|lesioned|went|took|put|cut|scanned|searched|investigated|dissected))\b"
)
_SUBJECT_LEAD = (
    r"\W*(?:(?:and|but|so|yet|while|however|indeed|the|a|an|open|model|language|large|[A-Z]\w+['\u2019]s),?\s)*\[?"
)
_FAMILY = re.compile(r"\s(?:models|family|suite|series)\b")
_NEAR = 3  # sentences
_LONGEST = 80
_THROUGHOUT = 2  # sentences that name a model, one of them among
_FIRST = 5


@dataclass(frozen=True)
class Said:
    """A sentence or clause that was said before.

    Attributes:
        text: with what was added in [brackets].
        models: the AI models named there.
        rest: the text without these names.
    """

    text: str
    models: tuple[str, ...]
    rest: str


@lru_cache(maxsize=4096)
def said(text: str) -> Said:
    """A sentence with the models that it names."""
    names = model_names(text)
    rest = text
    for start, end in reversed(names):
        rest = rest[:start] + rest[end:]
    return Said(text, models_at(text, names), rest)


def only_model(sentences: Sequence[Said]) -> str | None:
    """The model that an article names throughout, as it is named first, if there is one.

    Args:
        sentences: all of the article's.
    """
    naming = [one.models for one in sentences if one.models]
    names = [name for models in naming for name in models]
    first = any(one.models for one in sentences[:_FIRST])
    return names[0] if first and len(naming) >= _THROUGHOUT and _are_one(names) else None


def model_meant(clause: str, before: Sequence[Said], *, throughout: str | None = None) -> Added | None:
    """The model that a clause points back to, or None where it names one itself, points to none or could mean another.

    Args:
        clause: the author's words.
        before: what was said before, the nearest last.
        throughout: the one model that the article names, if there is one.
    """
    meant = _meant(clause, before, throughout)
    return Added(meant[0].end(), meant[1]) if meant else None


def naming_the_model(phrase: str, before: Sequence[Said], *, throughout: str | None = None) -> str:
    """A phrase of the article with the model in place of what points back to it: "its heads" as "Llama 3's heads".

    Args:
        phrase: words of the last sentence before.
        before: what was said before, the nearest last.
        throughout: the one model that the article names, if there is one.
    """
    if meant := _meant(phrase, before, throughout):
        pointer, model = meant
        start = pointer.start("pronoun") if "pronoun" in pointer.groupdict() else pointer.start()
        return f"{phrase[:start]}{model}{phrase[pointer.end() :]}"
    return phrase


def _meant(clause: str, before: Sequence[Said], throughout: str | None) -> tuple[re.Match[str], str] | None:
    """What points back in a clause, and the model that it means."""
    pronoun = _PRONOUN.match(clause)
    pointer = pronoun or _DEFINITE.search(clause)
    if pointer is None or not _leaves_it_open(clause, pointer) or _A_MODEL.search(clause, 0, pointer.start()):
        return None
    phrase = _of_pronoun(clause, pronoun, before) if pronoun else _of_definite(pointer, before, throughout)
    if not phrase or len(phrase) > _LONGEST:
        return None
    of = ("'" if phrase.endswith("s") else "'s") * bool(_POSSESSIVE.search(pointer[0]))
    return pointer, phrase + of


def _leaves_it_open(clause: str, pointer: re.Match[str]) -> bool:
    """Whether the clause names no model but one that it compares with."""
    spans = model_names(clause)
    return all(start >= pointer.end() and _COMPARED.search(clause[pointer.end() : start]) for start, _ in spans)


def _of_pronoun(clause: str, pronoun: re.Match[str], before: Sequence[Said]) -> str | None:
    word = pronoun["pronoun"].lower()
    subject = word in ("it", "they")
    if IF_SO.match(clause) or (
        subject and any(verb.match(clause, pronoun.end()) for verb in (OF_PEOPLE, _OF_NO_MODEL))
    ):
        return None
    if word == "it" and is_dummy(clause, pronoun.start("pronoun")):
        return None
    has_a_part = subject and bool(_HAS_A_PART.match(clause, pronoun.end("pronoun")))
    for sentence in reversed(before[-2:]):
        if pronoun["one"]:
            if sentence.models:
                return _one_subject(sentence, has_a_part=has_a_part)
            if any(other.search(sentence.text) for other in (_COULD_BE_IT, _A_MODEL, _OTHERS)):
                return None
        elif sentence.models or _KIND.search(sentence.text) or _COULD_BE_THEY.search(sentence.text):
            return _many_subject(sentence, has_a_part=has_a_part)
    return None


def _one_subject(sentence: Said, *, has_a_part: bool) -> str | None:
    """The one model of a sentence, if "it" cannot be anything else there."""
    if not _are_one(sentence.models) or _OTHERS.search(sentence.rest):
        return None
    name = sentence.models[-1]
    if _is_subject(sentence.text, sentence.models[0]):
        return name if has_a_part or not _A_PART.search(sentence.rest) else None
    if not _PEOPLE_FIRST.match(sentence.text) or _COULD_BE_IT.search(sentence.rest):
        return None
    return (
        name if has_a_part or not _COULD_BE_THEY.search(sentence.rest) else None
    )  # "we turned up its heads. It helped"


def _many_subject(sentence: Said, *, has_a_part: bool) -> str | None:
    """The models that are the subject of a sentence, if "they" cannot be parts of them."""
    phrase = _several(sentence) or _kind(sentence)
    if phrase is None or not _is_subject(sentence.text, phrase.split(",")[0].split(" and ")[0]):
        return None
    return None if _COULD_BE_THEY.search(sentence.text) and not has_a_part else phrase


def _is_subject(text: str, name: str) -> bool:
    """Whether a sentence begins with a name, or with a pronoun or noun that stands for it: "It [Llama 3] ..."."""
    lead = rf"{_SUBJECT_LEAD}(?:(?:its?|they|their|{_DEFINITE.pattern})\s\[)?{re.escape(name)}\b\]?"
    subject = re.match(lead, text, re.IGNORECASE)
    return subject is not None and not OF_PEOPLE.match(text, subject.end())  # "Mistral has never said": the company


def _of_definite(pointer: re.Match[str], before: Sequence[Said], throughout: str | None) -> str | None:
    near = list(before[-_NEAR:])
    while near and not near[0].models and (pointer["one"] or not _KIND.search(near[0].text)):
        near = near[1:]  # what stands before the first that is named does not matter
    if pointer["many"]:
        return _several_before(pointer, near)
    names = [name for one in near for name in one.models]
    if not names and throughout and any(one.models for one in before):
        near, names = list(before[-_NEAR:]), [throughout]
        if any(_A_MODEL.search(one.text) for one in near):
            return None
    if size := pointer["size"]:
        names = _of_size(names, size)
    if not names or not _are_one(names) or any(_OTHERS.search(one.rest) for one in near):
        return None
    return None if any(_A_MODEL.search(one.text) for one in near if not one.models) else names[-1]


def _several_before(pointer: re.Match[str], near: Sequence[Said]) -> str | None:
    """The models or the kind of models that "these models" are: those of one sentence, all that are asked for."""
    count = pointer["count"] or pointer["both"] or pointer["all"]
    kinds_too = pointer["many"].lower().startswith(("these", "such"))  # "the models" may be those that were tested
    phrases = {phrase: one for one in near if (phrase := _several(one) or (kinds_too and _kind(one)))}
    if len(phrases) != 1:
        return None
    ((phrase, named),) = phrases.items()
    if any(one.models not in ((), named.models) for one in near):
        return None
    return None if count and len(named.models) != _NUMBERS[count.lower()] else phrase


def _several(sentence: Said) -> str | None:
    """The models that a sentence names, all of them, or the one family of models."""
    if len(sentence.models) == 1:
        name = sentence.models[0]
        family = _FAMILY.match(sentence.text, sentence.text.index(name) + len(name))
        return name + family[0] if family and not _MORE_OF_THEM.search(sentence.text) else None
    return listed(sentence.models) if sentence.models and not _MORE_OF_THEM.search(sentence.text) else None


def _kind(sentence: Said) -> str | None:
    """The one kind of models that a sentence is about, if it names none."""
    kinds = {match[0] for match in _KIND.finditer(sentence.text)}
    one = len(kinds) == 1 and len(re.findall(rf"\b{_NOUNS}\b", sentence.text, re.IGNORECASE)) == 1
    return kinds.pop() if one and not sentence.models else None


def _of_size(names: Sequence[str], size: str) -> list[str]:
    """Those of that size; one without a size in its name may have any."""
    number = re.match(r"[\d.]+", size)
    sized = [re.search(r"(\d+(?:\.\d+)?)[BM]\b", name) for name in names]
    same = [name for name, match in zip(names, sized, strict=True) if match and number and match[1] == number[0]]
    return same or [name for name, match in zip(names, sized, strict=True) if not match]


def _are_one(names: Sequence[str]) -> bool:
    """Whether all are one model, more or less fully named."""
    return all(same_model(one, other) for one in names for other in names)
