"""What an article gives and leaves out: single sentences, whose work they are about, and whole articles with gold."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from claims import Article
from claims.mentions import Mention
from claims.omissions import Omissions, read_omissions

ARTICLES = Path(__file__).parent / "articles"
ELEMENTS = tuple(Omissions.model_fields)


def given_in(text: str) -> set[str]:
    read = read_omissions(Article(text=text, source="-"))
    for name in ELEMENTS:
        told = getattr(read, name)
        assert (told.status == "given") == (told.quote is not None)
        assert told.quote is None or told.quote in text
    return {name for name in ELEMENTS if getattr(read, name).status == "given"}


GIVES = {
    "models_named": ["They studied Pythia and OLMo.", "The team opened up ChatGPT."],
    "method_named": [
        "They silenced the units one by one.",
        "With linear probes they read off the place.",
        "Sparse autoencoders pulled the features apart.",
        "Units that reacted more to faces than to houses were marked.",
    ],
    "effect_size": [
        "Accuracy fell from 94% to 11%.",
        "The score dropped by 12 points.",
        "The fit reached a correlation of 0.31.",
        "Errors were three times as common and the score halved.",
    ],
    "controls": [
        "Knocking out as many randomly chosen neurons did nothing.",
        "A matched set of sentences served as a comparison.",
        "After controlling for word length the effect stayed.",
        "Shuffled labels gave nothing.",
    ],
    "tasks_or_sample": [
        "They used 240 sentences.",
        "It was tested on BLiMP.",
        "Thirty volunteers lay in a scanner.",
        "It failed at two-digit addition.",
    ],
    "untrained_or_random_baseline": [
        "Untrained copies showed nothing.",
        "Random units did no such harm.",
        "With 50 random lesions: -0.4 points.",
        "They switched off random subsets of neurons.",
        "It was no better than chance.",
    ],
    "scale_or_architectures": [
        "They tried 18 language models.",
        "The largest has 70 billion parameters.",
        "It also holds in Mamba.",
    ],
    "vision_language": ["The same holds in vision-language models.", "No multimodal models were tried."],
    "data_or_code_link": [
        "See github.com/roe/units for more.",
        "The code is freely available.",
        "They released all their data.",
    ],
    "peer_review_status": [
        "The paper has not been peer reviewed.",
        "It is a preprint.",
        "The study was published in the journal Neuron.",
        "Models keep rhymes apart, a paper in Nature Neuroscience reports.",
        "It was accepted at ICLR 2025.",
    ],
    "original_source": [
        "The study, by Ana Roe and Tim Doe, is out.",
        "The work appeared in PNAS on Monday.",
        "Models keep rhymes apart, a paper in Nature Neuroscience reports.",
        "Details are in arXiv:2401.00001.",
    ],
}

LACKS = {
    "models_named": [
        "Chatbots like ChatGPT have a place for words.",
        "The tweet does not say which models, such as Pythia, were used.",
    ],
    "method_named": [
        "Language models have brain regions.",
        "The post gives no method, and no ablation studies were done.",
    ],
    "effect_size": [
        "Fewer than 0.1% of the neurons do it.",
        "Shares rose 4 percent.",
        "The paper was viewed 3 million times.",
    ],
    "controls": ["There was no random set of units to compare with.", "They did not use a control task."],
    "tasks_or_sample": ["They tried two models.", "It was tested on language."],
    "untrained_or_random_baseline": [
        "They drew random subsets of the prompts.",
        "There was no untrained network.",
        "Math is scattered over the model.",
    ],
    "scale_or_architectures": ["The method works on any model.", "The Centre received 6 million pounds."],
    "vision_language": [
        "It does not say whether vision-language models were tested.",
        "They saw a picture of the team.",
    ],
    "data_or_code_link": ["I could not find any code.", "Their code is not public.", "The units code for place."],
    "peer_review_status": ["The researchers published a blog post.", "See arXiv:2401.00001."],
    "original_source": [
        "It is a study in nature and in cell growth.",
        "A viral tweet says so.",
        "Scientists at a lab in Oslo found it.",
    ],
}


@pytest.mark.parametrize(("element", "text"), [(name, text) for name, texts in GIVES.items() for text in texts])
def test_a_sentence_gives_an_element(element: str, text: str) -> None:
    assert element in given_in(text)


@pytest.mark.parametrize(("element", "text"), [(name, text) for name, texts in LACKS.items() for text in texts])
def test_a_sentence_that_only_sounds_like_it_gives_nothing(element: str, text: str) -> None:
    assert element not in given_in(text)


@pytest.mark.parametrize(
    ("element", "text"),
    [
        ("untrained_or_random_baseline", "They never ran an untrained model."),
        ("controls", "The lab never compared the units with random neurons."),
        ("controls", "Random heads were not tested."),
        ("models_named", "Mistral was never used."),
        ("models_named", "They did not test Gemma."),
        ("effect_size", "Corda stocks soar 9% on the news of its chips."),
        ("effect_size", "Corda AI slid 3.1% on Friday after the company named a new head."),
        ("tasks_or_sample", "Three neurons name objects."),
    ],
)
def test_what_was_not_done_or_is_of_something_else_is_not_given(element: str, text: str) -> None:
    assert element not in given_in(text)


@pytest.mark.parametrize(
    ("element", "text"),
    [
        ("models_named", "They never found such units in Gemma."),
        ("models_named", "Units of Gemma were not used for sums."),
        ("effect_size", "Rhyme shares its heads with sums and drops 14% without them."),
        ("tasks_or_sample", "They gave it 200 names."),
    ],
)
def test_a_denial_of_the_finding_denies_no_element(element: str, text: str) -> None:
    assert element in given_in(text)


def test_a_denial_before_a_dash_does_not_reach_behind_it() -> None:
    assert given_in("The team saw no change\u2014in a control layer it was the same.") == {"controls"}


def test_what_other_work_did_is_not_what_this_one_did() -> None:
    own = "A new study found a place for rhyme."
    other = "Earlier, Roe et al. (2020) ablated units of Pythia and saw a drop of 40%. Random units did nothing."
    assert given_in(f"{own}\n\n{other}") & {"models_named", "method_named", "effect_size", "controls"} == set()
    assert given_in(other.removeprefix("Earlier, ")) >= {"models_named", "method_named", "effect_size", "controls"}


def test_what_is_expected_of_others_is_not_given() -> None:
    assert given_in("Expect follow-up papers to test Mamba and 70B models on BLiMP.") == set()


@pytest.mark.parametrize("lead", ["Contrary to", "Unlike", "In contrast to the findings of", "Building on"])
def test_work_that_a_finding_is_set_against_is_not_its_source(lead: str) -> None:
    own = "A place for rhyme in small models\n\narXiv:2703.01234v2"
    against = f"{lead} Roe et al. (2027), we ran untrained networks of Pythia."
    read = read_omissions(Article(text=f"{own}\n\n{against}", source="-"))
    assert read.original_source.quote == "arXiv:2703.01234v2"
    assert read.models_named.status == read.untrained_or_random_baseline.status == "given"


@pytest.mark.parametrize(
    ("number", "month"),
    [("2605.09876", (2026, 5)), ("cs/9912001", (1999, 12)), ("cs.CL/0301002", (2003, 1)), ("2699.00001", (0, 0))],
)
def test_an_arxiv_id_tells_year_and_month(number: str, month: tuple[int, int]) -> None:
    assert Mention(0, 1, arxiv_id=number).month == month


def test_the_later_of_two_arxiv_ids_is_the_source() -> None:
    texts = "Roe et al. (arXiv:2401.00001) found rhyme.", "Doe et al. (arXiv:2405.00002) found it in Pythia."
    source = read_omissions(Article(text="\n\n".join(texts), source="-")).original_source
    assert source.quote is not None
    assert "2405.00002" in source.quote


def test_a_missing_review_is_a_status_and_a_missing_control_is_not_a_control() -> None:
    assert given_in("There was no peer review and no control.") == {"peer_review_status"}


def test_an_advertisement_gives_nothing() -> None:
    assert given_in("Sleep on Lumo pillows: 20% off the higher price with code NAP.") == set()


def test_nothing_is_given_in_an_empty_article() -> None:
    assert given_in("") == given_in(" \n\n ") == set()


@pytest.mark.parametrize("name", ["blind", "later", "third", "fourth"])
def test_omissions_in_the_articles_of_this_project(name: str) -> None:
    rows = yaml.safe_load((ARTICLES / f"{name}.yaml").read_text(encoding="utf-8"))
    right = total = 0
    for row in rows:
        got = given_in(row["text"])
        scored = [element for element in ELEMENTS if element not in row.get("unclear", ())]
        right += sum((element in got) == (element in row["given"]) for element in scored)
        total += len(scored)
    assert right / total >= 0.96


def test_omissions_in_the_shared_articles(shared_data: Path) -> None:
    right = total = 0
    for path in sorted((shared_data / "articles").glob("*.gold.json")):
        gold: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if gold["file"].endswith(".html"):
            continue  # read through its cleaned text, in the benchmark
        got = given_in((path.parent / gold["file"]).read_text(encoding="utf-8"))
        right += sum((element in got) == (gold["omissions"][element]["status"] == "given") for element in ELEMENTS)
        total += len(ELEMENTS)
    assert right / total >= 0.95


@given(text=st.text(max_size=300))
def test_any_text_gives_verbatim_quotes(text: str) -> None:
    given_in(re.sub(r"[\x00-\x08]", "", text))
