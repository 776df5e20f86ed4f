"""Who reads: the embedded reader, or a language model by name. The one door through which front ends choose a reader.

Importing this loads no language model and no package for one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from claims.article_reader import read_article
from claims.errors import InputError
from claims.model import Article, Claim
from claims.reader import read_claim

PROVIDERS = ("openai", "anthropic", "ollama", "huggingface")
Notice = Callable[[str], None]


@runtime_checkable
class Reader(Protocol):
    """Reads the claims of an article, or one claim."""

    @property
    def name(self) -> str:
        """As the user gives it: `embedded`, or `provider:model`."""
        ...

    def read_article(self, article: Article) -> tuple[Claim, ...]:
        """The claims of an article, in the order of the text."""
        ...

    def read_claim(self, text: str, *, domains: Sequence[str] = (), polarity: str | None = None) -> Claim:
        """The claim that a sentence or two make, with the user's corrections."""
        ...


@dataclass(frozen=True)
class EmbeddedReader:
    """The default: rules and what was learned, no network, no key."""

    name: str = "embedded"

    def read_article(self, article: Article) -> tuple[Claim, ...]:
        """The claims of an article, in the order of the text."""
        return read_article(article)

    def read_claim(self, text: str, *, domains: Sequence[str] = (), polarity: str | None = None) -> Claim:
        """The claim that a sentence or two make, with the user's corrections."""
        return read_claim(text, domains=domains, polarity=polarity)


def reader_named(name: str, *, notice: Notice, offline: bool = False, timeout_s: float = 120.0) -> Reader:
    """The reader that a name stands for.

    Args:
        name: `embedded`, or `openai:MODEL`, `anthropic:MODEL`, `ollama:MODEL`, `huggingface:MODEL` (a hub id or
            a folder).
        notice: takes one plain sentence at a time: what text leaves the machine for where (before it does), what was
            dropped from an answer, and that the embedded reader took over.
        offline: nothing may leave this machine, and nothing is fetched.
        timeout_s: seconds that a language model has for one answer.

    Raises:
        InputError: the name is unknown, its package or key is missing, or it is elsewhere and `offline` forbids that.
    """
    if name == "embedded":
        return EmbeddedReader()
    provider, _, model = name.partition(":")
    if provider not in PROVIDERS or not model.strip():
        known = ", ".join(f"{one}:MODEL" for one in PROVIDERS)
        raise InputError(f"There is no reader {name!r}: give embedded, or {known}.")
    from claims.language_models import LanguageModelReader, connect

    connection = connect(provider, model.strip(), offline=offline, timeout_s=timeout_s)
    if offline and not connection.local:
        raise InputError(
            f"The reader {name} would send the text to {connection.host}, which --offline forbids: "
            "leave out one of the two."
        )
    return LanguageModelReader(connection, notice)
