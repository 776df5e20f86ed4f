"""What names and prompts of published tasks say: domain, family and format."""

import pytest

from verify.published.formats import format_of_name, format_of_prompt, format_of_prompts
from verify.published.names import domain_of, families_of_names, words_of
from verify.reanalysis.labels import plain


@pytest.mark.parametrize(
    ("label", "ours", "words"),
    [
        ("Lan/wug", "language", "language (Lan)"),
        ("MD/add_sub", "math", "formal reasoning (MD)"),
        ("MD/code_loop", "code", "formal reasoning (MD)"),
        ("MD/logic_syllogism", "logic", "formal reasoning (MD)"),
        ("ToM/desires_goals", "social", "social reasoning (ToM)"),
        ("phys/phys_speed", "physics", "physics (phys)"),
        ("Social/envy", "social", "Social"),
        ("smell/rose", "other", "smell"),
    ],
)
def test_a_domain_is_ours_and_in_words_by_one_map(label: str, ours: str, words: str) -> None:
    domain, task = label.split("/")
    assert domain_of(domain, task) == ours
    assert plain(domain) == words
    assert words_of(domain) in words.lower()


def test_the_commonest_format_of_the_first_prompts_counts() -> None:
    assert format_of_prompts(["Which?", "The keys", "Why?"]) == "question"
    assert format_of_prompts(["The keys"] * 50 + ["Why?"] * 60) == "completion"


def test_tasks_of_a_domain_whose_names_share_a_word_are_one_family() -> None:
    tasks = ["d/det_noun_agreement", "d/verb_agreement", "d/noun_gap", "d/wug", "d/d_other", "d/d_thing", "e/agreement"]
    found = families_of_names({t: t[0] for t in tasks})
    assert found["d/det_noun_agreement"] == found["d/verb_agreement"] == found["d/noun_gap"]
    assert len({found["d/wug"], found["d/d_other"], found["d/d_thing"], found["d/noun_gap"]}) == 4
    assert found["e/agreement"] == "agreement"


def test_words_that_say_how_a_task_is_asked_make_no_family() -> None:
    found = families_of_names({f"d/{name}": "d" for name in ("add_2op_symbolic", "logic_2op_symbolic", "joy_fewshot")})
    assert len(set(found.values())) == 3


@pytest.mark.parametrize(
    ("prompt", "form"),
    [
        ("The keys to the cabinet", "completion"),
        ("Ali goes to the gym every day. What does Ali want?", "question"),
        ("-3, ?, -1, -1", "question"),
        ("What is the answer of 3 + 4? Please directly give the final answer in digits.", "instructed question"),
        ("If P then Q. Which is right? Reply with Option1 or Option2.", "instructed question"),
        ("Sort these numbers: 3, 1", "instructed question"),
        ("Which? Context: It is lead. Answer: sinks Context: It is cork. Answer:", "few-shot Context/Answer"),
        ("Q: 1 + 1 A: 2\nQ: 2 + 2 A:", "few-shot Q/A"),
        ("Context: It is cork. Answer:", "completion"),
    ],
)
def test_the_format_is_read_off_a_prompt(prompt: str, form: str) -> None:
    assert format_of_prompt(prompt) == form


def test_only_names_that_mention_a_format_give_one() -> None:
    assert format_of_name("ToM/emotion_fewshot") == "few-shot"
    assert format_of_name("ToM/envy") is None
