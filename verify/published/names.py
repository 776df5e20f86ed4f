"""What published labels ("MD/add_sub") say: which domain a task is of, and which tasks are its near-duplicates.

The short names of domains are those of Han, Andreas, Fedorenko & de Varda 2026 (arXiv 2608.13567).
"""

import re
from collections import Counter
from collections.abc import Mapping

from claims import DOMAINS

# A domain's short name, in lower case: what it stands for, and the domain of ours that its tasks are of.
_DOMAINS = {
    "lan": ("language", "language"),
    "md": ("formal reasoning", "math"),
    "tom": ("social reasoning", "social"),
    "phys": ("physics", "physics"),
}
_NOT_MATH = {"code": "code", "logic": "logic"}  # of formal reasoning, the tasks whose names begin so
_SPLIT = re.compile(r"[^A-Za-z0-9]+")
_NOT_A_FAMILY = frozenset(
    "fewshot few shot symbolic verbal chat completion cloze question qa task with and of the".split()
)


def words_of(domain: str) -> str:
    """What a published domain stands for; a name that is not known stands for itself, in lower case."""
    name = domain.lower()
    return _DOMAINS[name][0] if name in _DOMAINS else name


def domain_of(domain: str, task: str) -> str:
    """The domain of ours that a published task is of; "other" where its domain is not known."""
    name = domain.lower()
    if name == "md" and (ours := next((d for begins, d in _NOT_MATH.items() if task.startswith(begins)), None)):
        return ours
    return _DOMAINS[name][1] if name in _DOMAINS else name if name in DOMAINS else "other"


def families_of_names(domains: Mapping[str, str]) -> dict[str, str]:
    """Families guessed from names: within a domain, tasks whose names share a word, directly or through a third task.

    Words that say how a task is asked, words with digits and the domain's own name do not count. A family is called by
    the word that most of its tasks share, a family of one by its task.
    """
    words = {task: _content(task, domain) for task, domain in domains.items()}
    family: dict[str, str] = {}
    for first in sorted(domains):
        if first in family:
            continue
        reached, todo = {first}, [first]
        while todo:
            here = todo.pop()
            for other in domains:
                if other not in reached and domains[other] == domains[first] and words[here] & words[other]:
                    reached.add(other)
                    todo.append(other)
        shared = Counter(word for task in sorted(reached) for word in sorted(words[task]))
        called = shared.most_common(1)[0][0] if len(reached) > 1 else first.removeprefix(f"{domains[first]}/")
        family.update(dict.fromkeys(reached, called))
    return family


def _content(task: str, domain: str) -> set[str]:
    name = task.removeprefix(f"{domain}/").lower()
    own = {domain.lower(), words_of(domain)}
    found = {word.removesuffix("s") for word in _SPLIT.split(name) if len(word) > 2 and not re.search(r"\d", word)}
    return {w for w in found if w not in _NOT_A_FAMILY and not any(_alike(w, o) for o in own)}


def _alike(word: str, domain: str) -> bool:
    """Whether a word of a task's name is the domain's name, or one is the beginning of the other (physics, phys)."""
    return domain.startswith(word) or (len(domain) > 3 and word.startswith(domain))
