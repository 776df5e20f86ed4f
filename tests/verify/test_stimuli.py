"""What every task must hold, checked on the stimuli themselves: no giveaway, balance, matched length, unlikeness."""

import re
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from verify import batteries
from verify.batteries import FORMATS, Item, Scene, Task, get_battery, unlikeness
from verify.batteries.unlikeness import family_words, words_of
from verify.batteries.words import PEOPLE

OWN = [domain for domain in batteries.domains() if not get_battery(domain).control]
TASKS = [(domain, task) for domain in batteries.domains() for task in get_battery(domain).tasks]
each_task = pytest.mark.parametrize(("domain", "task"), TASKS, ids=[f"{d}-{t.name}" for d, t in TASKS])

SHARED_BY_ALL = "noun"


def words(scene: Scene) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", FORMATS["question"](scene).lower())


def content(item: Item) -> frozenset[str]:
    """The words that make the difference between the two sides; none where only their order does."""
    a, b = Counter(words(item.clean)), Counter(words(item.counterfactual))
    return frozenset((a - b) | (b - a))


# --- no surface giveaway ---------------------------------------------------------------------------------------------


def features(scene: Scene, answer: str, other: str) -> Counter[str]:
    """A bag of words, each with the offered answer, and where the offered answer stands in the prompt."""
    bag = words(scene)
    found = Counter(f"{word} -> {answer.lower()}" for word in bag)
    found["mentioned more often than the other"] = bag.count(answer.lower()) - bag.count(other.lower())
    if answer.lower() in bag and other.lower() in bag:
        last = {word: place for place, word in enumerate(bag)}
        found["mentioned last"] = 1 if last[answer.lower()] > last[other.lower()] else -1
        found["mentioned first"] = 1 if bag.index(answer.lower()) < bag.index(other.lower()) else -1
    return found


class Chooser:
    """An averaged perceptron that chooses between the two offered answers of a prompt."""

    def __init__(self, questions: list[tuple[Counter[str], Counter[str]]]) -> None:
        weights: Counter[str] = Counter()
        self.total: Counter[str] = Counter()
        for _ in range(5):
            for right, wrong in questions:
                if sum((weights[f] * (right[f] - wrong[f])) for f in {*right, *wrong}) <= 0:
                    for f in {*right, *wrong}:
                        weights[f] += right[f] - wrong[f]
                self.total.update(weights)

    def share_right(self, right: Counter[str], wrong: Counter[str]) -> float:
        margin = sum(self.total[f] * (right[f] - wrong[f]) for f in {*right, *wrong})
        return 0.5 if margin == 0 else float(margin > 0)


def questions(item: Item) -> list[tuple[Counter[str], Counter[str]]]:
    a, b = item.correct, item.incorrect
    return [
        (features(item.clean, a, b), features(item.clean, b, a)),
        (features(item.counterfactual, b, a), features(item.counterfactual, a, b)),
    ]


def unseen(task: Task, seed: int) -> tuple[list[Item], list[Item]]:
    """Items to learn from and items to be tested on: no frame and no deciding word in common."""
    rng = np.random.default_rng(seed)
    frames = sorted({item.frame for item in task.items})
    kept = set(rng.permutation(frames)[: max(1, len(frames) // 2)])
    vocabulary = sorted(set().union(*(content(item) for item in task.items)))
    known = set(rng.permutation(vocabulary)[: len(vocabulary) // 2])
    learn = [i for i in task.items if i.frame in kept and content(i) <= known]
    test = [i for i in task.items if i.frame not in kept and not content(i) & known]
    return learn, test


@each_task
def test_the_words_of_a_prompt_do_not_give_the_answer_away(domain: str, task: Task) -> None:
    """Learned on half of the frames and deciding words and tried on the other half: right by chance only."""
    if get_battery(domain).control:  # there the answer is in the prompt, and is to be copied
        return
    shares = []
    for seed in range(6):
        learn, test = unseen(task, seed)
        if learn and test:
            chooser = Chooser([q for item in learn for q in questions(item)])
            shares += [np.mean([chooser.share_right(*q) for q in questions(item)]) for item in test]
    assert len(shares) >= 20, "no pairs whose frame and deciding words are both unseen: more words or frames are needed"
    if np.std(shares) > 0:
        low, high = stats.t.interval(0.95, len(shares) - 1, loc=np.mean(shares), scale=stats.sem(shares))
        assert low <= 0.5 <= high, f"chooses right in {np.mean(shares):.2f} [{low:.2f}, {high:.2f}]"
    else:
        assert np.mean(shares) == pytest.approx(0.5)


@each_task
def test_an_answer_is_named_in_the_prompt_as_often_when_it_is_wrong(domain: str, task: Task) -> None:
    """Else the model only has to copy; and of two that are named, the first is right as often as the last."""
    if get_battery(domain).control:  # copying is what the control battery is for
        return
    named, first = Counter[bool](), Counter[bool]()
    for item in task.items:
        for scene, right, wrong in (
            (item.clean, item.correct, item.incorrect),
            (item.counterfactual, item.incorrect, item.correct),
        ):
            bag = words(scene)
            named[True] += bag.count(right.lower())
            named[False] += bag.count(wrong.lower())
            if right.lower() in bag and wrong.lower() in bag:
                first[bag.index(right.lower()) < bag.index(wrong.lower())] += 1
    assert abs(named[True] - named[False]) <= 0.1 * sum(named.values()), dict(named)
    assert abs(first[True] - first[False]) <= 0.2 * sum(first.values()), dict(first)


# --- balance and matching --------------------------------------------------------------------------------------------


@each_task
def test_each_answer_is_right_on_the_clean_side_half_of_the_time(domain: str, task: Task) -> None:
    clean = Counter(item.correct for item in task.items)
    both = clean + Counter(item.incorrect for item in task.items)
    off = {answer: clean[answer] - n / 2 for answer, n in both.items() if abs(clean[answer] - n / 2) > 0.1 * n + 2}
    assert not off


@each_task
def test_the_two_sides_of_a_pair_are_equally_long(domain: str, task: Task) -> None:
    """In words, for every pair; in characters, on average over what is right."""
    for item in task.items:
        assert len(words(item.clean)) == len(words(item.counterfactual)), item
    by_answer: dict[str, list[int]] = {}
    for item in task.items:
        a, b = len(FORMATS["completion"](item.clean)), len(FORMATS["completion"](item.counterfactual))
        by_answer.setdefault(item.correct, []).append(a - b)
        by_answer.setdefault(item.incorrect, []).append(b - a)
    if len(by_answer) == 2:
        assert all(abs(np.mean(gap)) <= 2.0 for gap in by_answer.values()), {
            k: np.mean(v) for k, v in by_answer.items()
        }


@each_task
def test_a_task_has_two_hundred_pairs_in_at_least_two_frames(domain: str, task: Task) -> None:
    assert len(task.items) >= 200
    frames = Counter(item.frame for item in task.items)
    assert len(frames) >= 2
    assert min(frames.values()) >= 0.5 * max(frames.values())


# --- batteries against each other ------------------------------------------------------------------------------------


@pytest.mark.parametrize("domain", OWN)
def test_a_battery_has_eight_tasks_in_five_families_at_several_levels(domain: str) -> None:
    battery = get_battery(domain)
    assert len(battery.tasks) >= 8
    assert len(battery.families) >= 5
    assert len({task.level for task in battery.tasks}) >= 2
    assert [t.level for t in battery.tasks[:6]] == sorted(t.level for t in battery.tasks[:6])  # easiest first


@pytest.mark.parametrize("domain", OWN)
def test_answer_types_are_crossed_with_domains(domain: str) -> None:
    """One type is shared by all domains, in several families; every other type of a domain stands elsewhere too."""
    battery = get_battery(domain)
    assert len({t.family for t in battery.tasks if t.answer == SHARED_BY_ALL}) >= 3
    first = {t.family: t for t in reversed(battery.tasks)}
    assert sum(first[f].answer == SHARED_BY_ALL for f in battery.families[:6]) >= 3
    types = {t.answer for t in battery.tasks}
    assert len(types) >= 2
    elsewhere = {t.answer for d in batteries.domains() if d != domain for t in get_battery(d).tasks}
    assert types <= elsewhere


def test_families_are_about_equally_unlike_in_every_domain() -> None:
    means = {domain: unlikeness(get_battery(domain))[0] for domain in OWN}
    assert max(means.values()) - min(means.values()) <= 0.15, means
    for domain in OWN:
        _, closest, pair = unlikeness(get_battery(domain))
        assert closest >= 0.4, (domain, pair, closest)


def test_domains_share_much_of_their_vocabulary() -> None:
    """Share of a domain's running words (names apart) that each other domain uses too."""
    counts = {domain: sum(family_words(get_battery(domain)).values(), Counter()) for domain in OWN}
    for a, b in combinations(OWN, 2):
        for x, y in ((a, b), (b, a)):
            shared = sum(n for word, n in counts[x].items() if word in counts[y]) / sum(counts[x].values())
            assert shared >= 0.35, (x, y, shared)


@pytest.mark.parametrize("domain", batteries.domains())
def test_no_domain_is_given_away_by_who_is_in_it(domain: str) -> None:
    text = " ".join(FORMATS["question"](i.clean) for t in get_battery(domain).tasks for i in t.items)
    assert sum(bool(re.search(rf"\b{name}\b", text)) for name in PEOPLE) >= len(PEOPLE) // 2


def test_words_are_counted_without_names() -> None:
    assert words_of("Anna has 12 keys.") == ["has", "12", "keys", "."]
