"""The published language localizer: each sentence beside its list of nonwords, and no other table."""

from pathlib import Path

import pytest

from claims.errors import InputError
from verify.contrasts import matching
from verify.published import load_fedorenko

HEADER = ",".join(f"stim{k}" for k in range(1, 15))


def table(folder: Path, *rows: str, header: str = HEADER) -> Path:
    (folder / "run1.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder


def row(word: str, kind: str) -> str:
    return ",".join(["1", *[word] * 12, kind])


def test_sentences_stand_beside_the_lists_of_their_word_lengths(tmp_path: Path) -> None:
    found = load_fedorenko(table(tmp_path, row("WORD", "S"), row("NO", "S"), row("UB", "N"), row("WURD", "N")))
    assert found.target == (" ".join(["word"] * 12), " ".join(["no"] * 12))
    assert found.baseline == (" ".join(["wurd"] * 12), " ".join(["ub"] * 12))
    assert (found.domain, found.name) == ("language", "fedorenko2010")


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        ((row("A", "S"),), HEADER, "has 1 sentences and 0 lists"),
        ((row("A", "S"), row("B", "N"), row("C", "N")), HEADER, "has 1 sentences and 2 lists"),
        ((), HEADER, "has 0 sentences"),
        ((row("A", "X"),), HEADER, "line 2: a row needs twelve words and S or N"),
        ((row("", "S"),), HEADER, "line 2: a row needs twelve words"),
        (("1,A",), HEADER, "line 2: a row needs twelve words"),
        ((row("A", "S"),), "a,b", "has no column stim2"),
    ],
)
def test_tables_of_another_kind_are_refused(tmp_path: Path, rows: tuple[str, ...], header: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_fedorenko(table(tmp_path, *rows, header=header))


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no .csv table"):
        load_fedorenko(tmp_path)
    with pytest.raises(InputError, match="there is no folder"):
        load_fedorenko(tmp_path / "nowhere")


def test_the_language_localizer_loads_with_each_sentence_beside_its_list(shared_data: Path) -> None:
    found = load_fedorenko(shared_data / "fedorenko2010")
    assert len(found.target) == len(set(found.target)) == len(set(found.baseline)) == 240
    assert found.target[0] == "just the barest suggestion of a heel is found on teenage pumps"
    assert found.baseline[0] == "jums ree conest suffistion oy o houl os fouse od feetoge punes"
    lengths = [[[len(w) for w in text.split()] for text in side] for side in (found.target, found.baseline)]
    assert sum(a == b for a, b in zip(*lengths, strict=True)) == 211
    figures = matching(found)
    assert figures.words == (12, 12)
    assert figures.characters_difference.low < 0 < figures.characters_difference.high
    assert figures.vocabulary < 0.001
