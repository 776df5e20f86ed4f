"""Words in a row and sentences, as every package here writes them."""

from collections.abc import Sequence


def listed(words: Sequence[str]) -> str:
    """Words in a row: "a, b and c"; empty of none."""
    return " and ".join([", ".join(words[:-1])] * (len(words) > 1) + list(words[-1:]))


def sentence(text: str) -> str:
    """`text` with a capital first letter and a full stop."""
    text = text.strip()
    arxiv = text.lower().startswith("arxiv")  # which is written so everywhere
    text = f"arXiv{text[5:]}" if arxiv else text[:1].upper() + text[1:]
    return text + ("" if text.endswith((".", "!", "?")) else ".")
