"""Stimuli: pairs whose answers flip, no pair twice, formats and answer types crossed with domains."""

import os
import re
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.errors import InputError
from verify import batteries
from verify.batteries import FORMATS, SHOTS, Item, Scene, Task, askable, flip, get_battery, get_task, make_task, render
from verify.batteries.base import PAIRS_PER_TASK
from verify.batteries.words import NUMBERS, PEOPLE, couples
from verify.plan import BUDGETS, EIGHT

TASKS = [(domain, task) for domain in batteries.domains() for task in get_battery(domain).tasks]
OWN = [domain for domain in batteries.domains() if not get_battery(domain).control]
RENDERED = (*FORMATS, "fewshot")

each_task = pytest.mark.parametrize(("domain", "task"), TASKS, ids=[f"{d}-{t.name}" for d, t in TASKS])


def sides(item: Item) -> tuple[tuple[Scene, str], tuple[Scene, str]]:
    return (item.clean, item.correct), (item.counterfactual, item.incorrect)


# --- items -----------------------------------------------------------------------------------------------------------


@each_task
def test_in_every_pair_the_prompts_differ_and_the_answers_flip(domain: str, task: Task) -> None:
    for item in task.items:
        assert item.correct != item.incorrect
        assert item.correct.strip() == item.correct != ""
        assert item.incorrect.strip() == item.incorrect != ""
        for format_ in FORMATS.values():
            assert format_(item.clean) != format_(item.counterfactual)


@each_task
def test_no_pair_stands_twice_in_a_task_nor_its_mirror_image(domain: str, task: Task) -> None:
    assert len({frozenset((item.clean, item.counterfactual)) for item in task.items}) == len(task.items)


@each_task
def test_what_is_right_after_a_prompt_is_never_offered_as_wrong_after_it(domain: str, task: Task) -> None:
    """In every format, also where it is the counterfactual side of another pair."""
    for name, format_ in FORMATS.items():
        right: dict[str, set[str]] = {}
        wrong: dict[str, set[str]] = {}
        for item in task.items:
            for (scene, answer), other in zip(sides(item), (item.incorrect, item.correct), strict=True):
                right.setdefault(format_(scene), set()).add(answer)
                wrong.setdefault(format_(scene), set()).add(other)
        assert [prompt for prompt in right if right[prompt] & wrong[prompt]] == [], name


@each_task
def test_no_prompt_ends_in_a_space_or_holds_an_empty_part(domain: str, task: Task) -> None:
    """The continuation brings its own space; two in a row are read as other tokens."""
    for format_ in RENDERED:
        for index in range(0, len(task.items) - SHOTS, 7):
            pair = render(task, format_, index)
            for prompt in (pair.clean, pair.counterfactual):
                assert prompt == prompt.strip()
                assert "  " not in prompt
                assert not re.search(r"\{\w?\}", prompt), "a slot that was not filled"
            assert pair.correct == f" {task.items[index].correct}"
            assert pair.incorrect == f" {task.items[index].incorrect}"


@each_task
def test_there_are_enough_pairs_for_a_full_quick_run(domain: str, task: Task) -> None:
    budget = BUDGETS["quick"]
    half = (len(task.items) - SHOTS) // 2
    assert half >= budget.pairs_localize
    assert len(task.items) - SHOTS - half >= budget.pairs_test


# --- right answers, worked out again -------------------------------------------------------------------------------


def test_sums_come_out_right() -> None:
    for item in get_task("math", "sum_digits").items:
        for scene, answer in sides(item):
            text = f"{scene.facts} {scene.lead}"
            a, b = (int(n) for n in re.findall(r"\d", text))
            assert a + b == int(answer), text


def test_sequences_go_on_with_equal_steps() -> None:
    for item in get_task("math", "sequence").items:
        for scene, answer in sides(item):
            shown = [int(n) for n in re.findall(r"\d+", scene.lead)]
            assert len({b - a for a, b in pairwise([*shown, int(answer)])}) == 1
            assert len(shown) == 3


def test_stories_and_parities_come_out_right() -> None:
    for item in get_task("math", "story").items:
        for scene, answer in sides(item):
            had, lost = map(int, re.findall(r"\d+", scene.facts))
            assert had - lost == int(answer)
    for item in get_task("math", "parity").items:
        for scene, answer in sides(item):
            (number,) = {w for w in re.findall(r"\w+", scene.lead) if w in NUMBERS}
            assert answer == ("odd" if NUMBERS.index(number) % 2 else "even")


def test_programs_print_what_is_said() -> None:
    """Each program is run; its answer is what it prints or what the named variable then holds."""
    for name in ("join", "lookup", "index"):
        for item in get_task("code", name).items:
            for scene, answer in sides(item):
                program = re.sub(r"^.* runs |\\.$", "", scene.facts).rstrip(".")
                printed: list[object] = []
                held: dict[str, object] = {"print": printed.append}
                exec(program, held)  # noqa: S102 - our own one-line stimuli
                last = program.rsplit("; ", 1)[-1]
                found = printed[-1] if printed else held[last.split(" = ")[0]]
                assert found == answer, program


def test_the_control_battery_asks_for_digits_that_stand_in_the_prompt() -> None:
    """Copying only: what is to be written was read, and nothing has to be worked out."""
    for task in get_battery("control").tasks:
        assert task.answer in ("digit", "number word")
        for item in task.items:
            for scene, answer in sides(item):
                assert answer in scene.facts


def test_an_answer_about_two_people_names_one_of_them() -> None:
    for domain, task in TASKS:
        if task.answer == "name":
            for item in task.items:
                assert {item.correct, item.incorrect} <= set(PEOPLE), f"{domain} {task.name}"
                for scene in (item.clean, item.counterfactual):
                    assert item.correct in scene.facts
                    assert item.incorrect in scene.facts


# --- batteries -------------------------------------------------------------------------------------------------------


def test_there_is_a_battery_for_every_domain_of_a_plan_and_a_control() -> None:
    assert set(OWN) <= set(EIGHT)
    assert {"language", "math", "physics", "social"} <= set(OWN)
    assert [d for d in batteries.domains() if d not in OWN] == ["control"]


@pytest.mark.parametrize("domain", batteries.domains())
def test_a_battery_has_at_least_four_tasks_in_three_families(domain: str) -> None:
    battery = get_battery(domain)
    assert len(battery.tasks) >= 4
    assert len(battery.families) >= 3
    assert len({task.name for task in battery.tasks}) == len(battery.tasks)


def test_a_shared_answer_type_stands_among_the_first_families_of_every_domain() -> None:
    """Else a quick run, which takes the first families that can be done, has nothing to compare."""
    first = []
    for domain in OWN:
        battery = get_battery(domain)
        of_family = {t.family: t for t in reversed(battery.tasks)}  # the first task of a family is the one that is run
        first.append({of_family[family].answer for family in battery.families[: BUDGETS["quick"].families]})
    assert set.intersection(*first)


def test_the_control_battery_shares_its_answer_type_with_math() -> None:
    assert {t.answer for t in get_battery("control").tasks} <= {t.answer for t in get_battery("math").tasks}


def test_names_are_shared_across_domains() -> None:
    """So that no domain is given away by who is in it."""
    for domain in batteries.domains():
        text = " ".join(f"{s.facts} {s.lead}" for t in get_battery(domain).tasks for i in t.items for s, _ in sides(i))
        named = {name for name in PEOPLE if re.search(rf"\b{name}\b", text)}
        assert len(named) >= len(PEOPLE) // 2, domain


def test_couples_are_in_both_orders() -> None:
    assert all((b, a) in couples() for a, b in couples())
    assert len(set(couples())) == len(couples())


# --- formats ---------------------------------------------------------------------------------------------------------


@each_task
def test_every_task_is_rendered_in_every_format(domain: str, task: Task) -> None:
    item = task.items[0]
    for format_ in RENDERED:
        pair = render(task, format_, 0)
        for prompt, scene in ((pair.clean, item.clean), (pair.counterfactual, item.counterfactual)):
            assert prompt.endswith(scene.lead)
            assert scene.facts in prompt
            assert (scene.question in prompt) == (format_ == "question")


@each_task
def test_few_shot_examples_are_solved_items_that_are_never_asked(domain: str, task: Task) -> None:
    complete = FORMATS["completion"]
    asked = {complete(scene) for k in askable(task) for scene, _ in sides(task.items[k])}
    solved = {f"{complete(scene)} {answer}.": complete(scene) for item in task.items for scene, answer in sides(item)}
    lines = render(task, "fewshot", 0).clean.split("\n")
    assert len(lines) == SHOTS + 1
    assert not asked & {solved[line] for line in lines[:-1]}
    fronts = {tuple(render(task, "fewshot", k).clean.split("\n")[:-1]) for k in range(0, len(task.items) - SHOTS, 5)}
    assert fronts == {tuple(lines[:-1])}  # the same for every item


@each_task
def test_no_few_shot_example_is_shown_twice(domain: str, task: Task) -> None:
    shown = render(task, "fewshot", 0).clean.split("\n")[:-1]
    assert sorted(set(shown)) == sorted(shown)


def test_few_shot_examples_show_correct_and_incorrect_answers_in_turn() -> None:
    """A b b a: with a b alone small models repeat the last one."""
    items = [flip((f"x{k}", f"y{k}"), "?", "is", ("a", "b")) for k in range(8)]
    task = make_task("t", "f", "noun", items)
    answers = [line.split()[-1] for line in render(task, "fewshot", 0).clean.split("\n")[:-1]]
    assert answers in (["a.", "b.", "b.", "a."], ["b.", "a.", "a.", "b."])


def test_an_unknown_format_battery_or_task_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="'sonnet'.*completion"):
        render(get_battery("math").tasks[0], "sonnet", 0)
    with pytest.raises(InputError, match="no battery for music.*math"):
        get_battery("music")
    with pytest.raises(InputError, match="math has no task sonnet"):
        get_task("math", "sonnet")


# --- order -----------------------------------------------------------------------------------------------------------


def plain(count: int) -> list[Item]:
    return [flip((f"x{k}", f"y{k}"), "?", "is", (f"a{k}", f"b{k}")) for k in range(count)]


def test_the_order_of_items_depends_on_the_tasks_name_alone() -> None:
    first = make_task("one", "f", "noun", plain(50))
    make_task("another", "f", "noun", plain(30))
    assert make_task("one", "g", "name", plain(50)).items == first.items
    assert make_task("two", "f", "noun", plain(50)).items != first.items


def test_the_items_and_their_order_are_the_same_in_every_process() -> None:
    """Strings hash differently from process to process; nothing may depend on it."""
    here = repr([get_battery(domain).tasks for domain in batteries.domains()])
    code = "from verify import batteries as b; print(repr([b.get_battery(d).tasks for d in b.domains()]))"
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    there = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
    ).stdout
    assert there.strip() == here


@given(st.integers(0, 12), st.integers(0, 12))
def test_doubles_and_mirror_images_are_dropped_when_a_task_is_made(count: int, again: int) -> None:
    items = plain(count)
    mirrored = [Item(i.counterfactual, i.clean, i.incorrect, i.correct) for i in items[:again]]
    task = make_task("t", "f", "noun", [*items, *mirrored, *items[:again]])
    assert len(task.items) == count
    assert {frozenset((i.clean, i.counterfactual)) for i in task.items} == {
        frozenset((i.clean, i.counterfactual)) for i in items
    }


def test_a_task_has_at_most_so_many_pairs() -> None:
    assert len(make_task("t", "f", "noun", plain(PAIRS_PER_TASK + 60)).items) == PAIRS_PER_TASK
