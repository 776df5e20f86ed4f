"""What is English and what is not, of articles."""

import pytest

from claims import Article, InputError, read_article
from claims.english import check_article_text
from claims.errors import ClaimError


@pytest.mark.parametrize(
    "text",
    [
        "Große Sprachmodelle entwickeln von selbst Regionen für Mathematik. Wer sie entfernt, zerstört das Rechnen, "
        "und die Sprache bleibt, wie sie ist, in allen Modellen.",
        "Les grands modèles de langage développent une région pour les mathématiques, et leur retrait le détruit.",
        "大型语言模型有一个数学区域。" * 5,
        "Большие языковые модели развивают область для математики. Её удаление разрушает арифметику.",
    ],
)
def test_an_article_in_another_language_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InputError, match="not look like English.*translate it") as error:
        read_article(Article(text=text, source="a.txt"))
    assert error.value.exit_code == 2
    assert "\n" not in str(error.value)


def test_english_with_words_of_another_language_is_read() -> None:
    text = "Removing the region destroys sums in the model. “Das Modell kann es nicht mehr”, said René de la Cruz."
    assert read_article(Article(text=text, source="-"))


@pytest.mark.parametrize(
    "text",
    [
        "The math region of Llama was found by José de la Cruz, María del Carmen de los Santos and Piet van der Berg.",
        "Llama-3 8B: 12.3 4.5; Gemma 2B: 3.3 2.1. Ablation destroys addition: Mistral, Phi, OLMo.",
    ],
)
def test_names_and_results_are_no_other_language(text: str) -> None:
    check_article_text(text, source="-")


@pytest.mark.parametrize(
    "text",
    [
        "Duże modele językowe mają obszar do matematyki, twierdzą badacze. To nie jest pierwszy taki wynik. " * 5,
        "Model bahasa besar memiliki wilayah otak untuk matematika, kata para peneliti di region itu. " * 6,
        "Forscher sagen, dass Sprachmodelle eine Region haben, in der sie rechnen; an der Grammatik liegt es nicht. "
        * 5,
    ],
)
def test_an_article_with_hardly_any_english_word_is_refused(text: str) -> None:
    with pytest.raises(ClaimError, match="does not look like English"):
        check_article_text(text, source="-")
