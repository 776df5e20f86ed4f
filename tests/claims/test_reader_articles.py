"""The embedded reader of articles: what is extracted, verbatim, what is left out, and what says the same."""

import gc
import json
import re
import weakref
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims import Article, InputError, read_article
from claims.classifier import Reading, classify
from claims.clauses import clauses
from claims.context import in_brackets, part_meant
from claims.model import LONGEST_ARTICLE
from claims.rules import read_by_rules
from claims.segment import sentences
from claims.sources import load_article

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "articles"

PRESS = """LLMs grow their own brain regions for language and math, study says

By Ada Example, science reporter
Share on Facebook

Large language models spontaneously develop brain regions for language and math. Removing the language region destroys
grammar; arithmetic stays intact. Dr. Smith et al. (2024) report that GPT-2 has 3.5 times as many such units.

* Language models spontaneously develop brain regions for language and math.
* There are no brain regions for language and math in language models.

Related articles
AI now has feelings, engineer claims
Ten gardens to see

Comments (3)
My toaster has a language region as well.
"""


def _read(text: str) -> tuple[str, ...]:
    return tuple(claim.quote for claim in read_article(Article(text=text, source="-")))


def _split(text: str) -> list[str]:
    return [text[piece.start : piece.end] for piece in clauses(text, 0, len(text))]


def test_quotes_are_verbatim_and_in_the_order_of_the_text() -> None:
    claims = read_article(Article(text=PRESS, source="-"))
    assert [PRESS[claim.start : claim.end] for claim in claims] == [claim.quote for claim in claims]
    assert [claim.start for claim in claims] == sorted(claim.start for claim in claims)


def test_ids_are_unique_though_a_sentence_comes_twice() -> None:
    claims = read_article(Article(text=PRESS + "\n\n" + PRESS.replace("Comments (3)", ""), source="-"))
    assert len({claim.id for claim in claims}) == len(claims)


def test_bylines_share_bars_teasers_and_comments_are_not_read() -> None:
    quotes = " ".join(_read(PRESS))
    for outside in ("Ada Example", "Facebook", "feelings", "gardens", "toaster"):
        assert outside not in quotes


def test_headline_summary_and_body_share_a_cluster_and_the_denial_does_not() -> None:
    claims = read_article(Article(text=PRESS, source="-"))
    regions = [claim for claim in claims if "regions for language" in claim.quote]
    assert len(regions) == 4
    assert len({claim.cluster for claim in regions if claim.polarity == "asserts"}) == 1
    (denial,) = (claim for claim in regions if claim.polarity == "denies")
    assert denial.cluster not in {claim.cluster for claim in regions if claim is not denial}


def test_a_line_that_was_wrapped_is_one_sentence() -> None:
    assert any(
        "Removing the language region destroys\ngrammar" in PRESS[piece.start : piece.end] for piece in sentences(PRESS)
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Smith et al. (2024) found it. Dr. Jones did not.", 2),
        ("The score rose by 3.5 points in Mistral-7B-v0.3. It fell in Gemma.", 2),
        ("Models differ, e.g. in size. They agree, i.e. in kind.", 2),
        ("It works! Does it? Yes.", 3),
        ("Accuracy was halved.3 Syntax was spared.4,5 Random heads did nothing.[6] It lives in layer 5.", 4),
        ("GPT-3.5 Turbo, Qwen2.5 Syntax, Llama 3.1 Instruct and Mistral v0.3 Base have it in layer 5.", 1),
        ("Is there a region? No. Removing it did nothing.", 3),
        ("No. 3 in the list copies names, as no. 4 does.", 1),
        ("Nothing was seen in Model A. Removing its neurons had no effect.", 2),
        ("The work of J. Smith and M. Toneva et al. (2024) says so.", 1),
        ("It sits in fig. 3 and eq. 2 (p. 12, approx. 5 % vs. 6 %), cf. sec. 4, since Sun. Feb. 1.", 1),
        ("3/ it shows up there too. not in the small one tho... maybe too small?", 3),
        ("The heads are gone. \u2192 Rhyme is lost. #LLM", 3),
    ],
)
def test_abbreviations_decimals_and_versions_do_not_end_a_sentence(text: str, count: int) -> None:
    assert len(list(sentences(text))) == count


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "They are fewer than 1% of the network and you can switch them off",
            ["They are fewer than 1% of the network", "you can switch them off"],
        ),
        ("Switch the units off and the model loses its words", ["Switch the units off and the model loses its words"]),
        ("If you delete the units, they stop working", ["If you delete the units, they stop working"]),
        (
            "Ablating syntax heads breaks grammar; ablating math heads breaks sums",
            ["Ablating syntax heads breaks grammar", "ablating math heads breaks sums"],
        ),
        ("Result: ten heads carry the task", ["ten heads carry the task"]),
        ("No one designed this", ["No one designed this"]),
        (
            "We expect that schools, banks and hospitals will follow",
            ["We expect that schools, banks and hospitals will follow"],
        ),
    ],
)
def test_a_sentence_is_split_where_a_new_claim_begins(text: str, pieces: list[str]) -> None:
    assert _split(text) == pieces


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "The early layers track the board, while the final layers choose the move.",
            ["The early layers track the board", "while the final layers choose the move."],
        ),
        (
            "One direction governs refusal, removing it stops refusals, the grammar stays the same.",
            ["One direction governs refusal", "removing it stops refusals", "the grammar stays the same."],
        ),
        ("So if you delete those heads, the rhymes are gone.", ["if you delete those heads, the rhymes are gone."]),
        ("In the upper layers, grammar heads are busy.", ["In the upper layers, grammar heads are busy."]),
    ],
)
def test_coordinated_clauses_are_claims_of_their_own_and_conditions_are_not(text: str, pieces: list[str]) -> None:
    assert _split(text) == pieces


def test_what_follows_a_claim_is_read_as_one_unless_it_tells_of_people() -> None:
    text = "A dozen heads in GPT-2 handle rhyme. Prose suffered only slightly. I bought bread."
    assert _read(text) == ("A dozen heads in GPT-2 handle rhyme.", "Prose suffered only slightly.")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The claim that one head does sums is wrong.", None),
        ("Recent reports that heads do sums are wrong.", None),
        ("The public is told that heads do sums.", None),
        ("It is claimed that heads do sums.", None),
        ("It did indeed say that.", None),
        ("The team reports that heads do sums.", "The team"),
        ("Roe et al. (2020) claim that heads do sums.", "Roe et al. (2020)"),
        ("Tim Doe notes that heads do sums.", "Tim Doe"),
        ("Researchers have found that heads do sums.", "Researchers"),
        ("“All of the sums live in these few heads,” says Doe.", "Doe"),
    ],
)
def test_the_source_of_a_claim_is_one_that_can_speak(text: str, source: str | None) -> None:
    assert {piece.source for piece in clauses(text, 0, len(text))} == {source}


def test_a_quotation_is_read_without_its_speaker_who_is_named() -> None:
    text = "“Every network that learns to talk has such a region,” said Imelda Strand, a neurologist."
    (piece,) = clauses(text, 0, len(text))
    assert text[piece.start : piece.end] == "Every network that learns to talk has such a region"
    assert piece.source == "Imelda Strand"


@pytest.mark.parametrize(
    ("clause", "before", "full"),
    [
        (
            "Every LLM has them",
            ["Scientists found the neurons that make AI lie."],
            "Every LLM has them [the neurons that make AI lie]",
        ),
        (
            "They're in the base model",
            ["The refusal heads matter.", "Read on."],
            "They're [The refusal heads] in the base model",
        ),
        ("They fire together", ["The syntax heads and the math units were removed."], "They fire together"),
        ("They fire together", ["Nothing is known."], "They fire together"),
        ("It remains unclear", ["Whether layer depth matters is not known."], "It remains unclear"),
        ("It needs more room", ["Head 7.2 does sums."], "It needs more room"),
        ("It grew late", ["Sums are spread across every layer."], "It grew late"),
        ("They matter", ["Ablate heads and see."], "They matter"),
        ("They never ran a control", ["The syntax heads matter."], "They never ran a control"),
        ("Erasing them hurts", ["It took 2,048 heads."], "Erasing them [2,048 heads] hurts"),
        ("Erasing them hurts", ["It took 17 of 2,048 heads."], "Erasing them [17 of 2,048 heads] hurts"),
        ("They matter", ["Syntax heads do sums."], "They [Syntax heads] matter"),
        ("The heads fire when they must", ["The math units were removed."], "The heads fire when they must"),
        (
            "If true, it changes how models are built",
            ["A map of space was found."],
            "If true, it changes how models are built",
        ),
        ("It has not been shown", ["Some speak of 'a math area like the parietal one'."], "It has not been shown"),
    ],
)
def test_what_a_pronoun_points_back_to_is_added_unless_it_is_ambiguous(
    clause: str, before: list[str], full: str
) -> None:
    thing = part_meant(clause, before)
    assert in_brackets(clause, [thing] if thing else []) == full


def test_added_context_stands_in_brackets_and_gives_the_domain() -> None:
    text = "The team found a region for arithmetic in Llama. It takes shape early in training."
    region, emergence = read_article(Article(text=text, source="-"))
    assert emergence.quote == "It takes shape early in training."
    assert re.sub(r" \[[^]]*\]", "", emergence.text) == emergence.quote
    assert emergence.text != emergence.quote
    assert emergence.domains == region.domains == ("math",)


def test_the_same_goes_for_another_domain_says_what_was_said_before() -> None:
    text = "Removing the language units destroys grammar. The same goes for theory of mind."
    said, same = read_article(Article(text=text, source="-"))
    assert same.text == "The same [Removing the language units destroys grammar] goes for theory of mind."
    assert (same.domains, same.predicates, same.testable) == (("social",), said.predicates, True)
    assert "necessity" in said.predicates


def test_what_a_source_leaves_out_is_not_a_testable_claim() -> None:
    (claim,) = read_article(Article(text="The post does not say which models were tested.", source="-"))
    assert not claim.testable


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("A study published in Science shows that two heads in Pythia copy names.", 1),
        ("We looked in nine models and found no grammar region.", 1),
        ("A reader of the activations can tell truth from lies in Llama 3.", 1),
        ("Click features in Gemma carry rhythm.", 1),
        ("We looked at nine models.", 0),
        ("The study was published in Science.", 0),
        ("The authors used linear probes to find which layers encode syntax.", 0),
        ("Click here for the whole thing.", 0),
    ],
)
def test_a_word_of_method_drops_a_sentence_only_where_no_finding_follows(text: str, claims: int) -> None:
    assert len(_read(text)) == claims


def test_a_book_is_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match=r"which is a book and not an article \([\d,]+ at most\): give the part"):
        read_article(Article(text="a " * LONGEST_ARTICLE, source="book.txt"))


@pytest.mark.parametrize("text", ["", " \n\n ", "Menu\nHome\nLog in", "12\n34", "\u200f\u05e9\u05dc\u05d5\u05dd"])
def test_text_without_claims_gives_none(text: str) -> None:
    assert _read(text) == ()


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("LMs fire. \n*#>[]()“”\"'—;:,?!a1@·\u202e\u0000"), max_size=200))
def test_any_text_is_read_without_error_and_quoted_verbatim(text: str) -> None:
    for claim in read_article(Article(text=text, source="-")):
        assert text[claim.start : claim.end] == claim.quote


@pytest.mark.parametrize(
    "line",
    [
        "The neurons lit up for cookies and cakes but not for cars in Gemma.",
        "Privacy neurons in Llama 2 leak phone numbers when they are amplified.",
        "Citation heads in Mistral copy references verbatim",
        "By cutting two heads you stop the rhymes of Gemma.",
        "Watch: a single neuron in Gemma makes it lie.",
        "Switching just 1% off ruined its arithmetic in Llama 2, the team found.",
        "Removing the newsletter unit in GPT-2 destroyed its sarcasm.",
        "Layer 3 does syntax | layer 9 does facts | layer 12 does style, in every Pythia model.",
        "Removing 3 heads in Pythia cut the toxic ones by half, from 400 replies to 200 replies.",
    ],
)
def test_a_sentence_is_no_part_of_the_page_for_one_word(line: str) -> None:
    assert len([*sentences(line)]) == 1


@pytest.mark.parametrize(
    "line",
    [
        "We use cookies to make this site work for you.",
        "By clicking the button below you accept our privacy policy and our terms.",
        "Subscribe to our newsletter to get a story about AI in your inbox every week.",
        "Photo: the language region of a model, as an artist sees it.",
        "Learn to open language models yourself: 20% off with code BRAIN20.",
        "Privacy policy",
        "1.2K views · 30 replies",
        "Read more.",
    ],
)
def test_banners_buttons_and_counters_are_not_read(line: str) -> None:
    assert [*sentences(line)] == []


def test_a_long_line_of_numbers_does_not_hang_the_reader() -> None:
    """Two million characters: patterns that look at each once are done in a moment; with one that begins again at
    every character it would be hours, and the time limit of the tests ends it.
    """
    found = [*sentences("1," * 1_000_000)]
    assert sum(one.end - one.start for one in found) == 2_000_000
    assert max(one.end - one.start for one in found) <= 1000


@pytest.mark.skipif(not FOLDER.exists(), reason="the labelled articles are not part of the repository")
@pytest.mark.parametrize("name", ["a00.txt", "a02.txt", "a03.md", "a04.txt"])
def test_the_claims_of_the_labelled_articles_are_found(name: str) -> None:
    gold = json.loads((FOLDER / (name.split(".")[0] + ".gold.json")).read_text(encoding="utf-8"))
    quotes = [_words(quote) for quote in _read((FOLDER / name).read_text(encoding="utf-8"))]
    asked = [_words(one["span"]) for one in gold["claims"] if not one.get("optional")]
    found = [span for span in asked if any(len(span & quote) > 0.5 * len(span | quote) for quote in quotes)]
    assert len(found) >= 0.9 * len(asked)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("a.txt", "* Units for sums sit together\n* Deleting them destroys arithmetic\n"),
        ("a.txt", "1. Units for sums sit together\n2. Deleting them destroys arithmetic\n"),
        ("a.md", "- Units for sums sit together\n- Deleting them destroys arithmetic\n"),
        ("a.md", "1. Units for sums sit together\n2. Deleting them destroys arithmetic\n"),
        ("a.html", "<ul><li>Units for sums sit together</li><li>Deleting them destroys arithmetic</li></ul>"),
    ],
)
def test_short_items_of_a_list_are_no_headings(tmp_path: Path, name: str, listed: str) -> None:
    intro = "The authors looked at six open language models and say what they found in a short list:"
    page = f"<html><body><article><p>{intro}</p>{listed}</article></body></html>"
    path = tmp_path / name
    path.write_text(page if name.endswith("html") else f"{intro}\n\n{listed}", encoding="utf-8")
    quotes = [claim.quote.removeprefix("2. ") for claim in read_article(load_article(str(path)))]
    assert "Deleting them destroys arithmetic" in quotes


def test_numbered_headings_and_short_lines_alone_stay_headings() -> None:
    text = "1. How units break\n\nThey did so in six models, it says.\n\n2. What was lost\n\nNothing but sums was lost."
    assert {piece.paragraph: piece.is_heading for piece in sentences(text)} == {1: True, 2: False, 3: True, 4: False}
    assert [piece.is_heading for piece in sentences("Units for sums")] == [True]


def test_headings_below_the_top_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each would be read by itself, which took a third of the time of a long article."""
    read: list[str] = []

    def classified(view: str, *, by_words: bool = False) -> Reading:
        read.append(view)
        return classify(view, by_words=by_words)

    monkeypatch.setattr("claims.article_reader.classify", classified)
    text = "\n\n".join(f"What number {n} says of units\n\nRemoving the units of layer {n} hurts." for n in range(20))
    read_article(Article(text=text, source="-"))
    assert len(read) <= 2


def test_entries_of_contents_and_tags_are_headings() -> None:
    entries = ("Removing the math units", "How math units break", "Math units in models", "scaling with model size")
    text = "\n".join(f"{n}. {entry}" for n, entry in enumerate(entries, start=1))
    assert all(piece.is_heading for piece in sentences(text))


def test_what_stands_behind_a_dash_in_plain_text_is_text() -> None:
    text = "\n".join(f"{mark} Sums outlive any cut" for mark in "-*\u2022")
    assert not any(piece.is_heading for piece in sentences(text))


def test_what_was_read_is_forgotten_when_much_else_has_been_read() -> None:
    view = "Heads count all the sheep"
    kept = [weakref.ref(classify(view, by_words=True)), weakref.ref(read_by_rules(view))]
    for number in range(600):
        classify(f"Heads count {number} of the sheep.", by_words=True)
    gc.collect()
    assert [one() for one in kept] == [None, None]


def test_a_sentence_without_an_end_is_read_in_stretches_of_whole_words() -> None:
    text = "models have a region for math, and " * 200 + "they have none for music."
    found = list(sentences(text))
    assert len(found) > 1
    assert max(one.end - one.start for one in found) <= 1000
    assert " ".join(text[one.start : one.end] for one in found) == text
    unbroken = "a" * 5000
    assert "".join(unbroken[one.start : one.end] for one in sentences(unbroken)) == unbroken
