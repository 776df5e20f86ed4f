"""Language models as readers: they propose claims inside a schema, and everything they propose is checked."""

from claims.language_models.answers import Place, Unusable, find_quote, objects_in
from claims.language_models.connection import Connection, NoAnswer, connect
from claims.language_models.prompt import marked, repair
from claims.language_models.reader import LanguageModelReader

__all__ = [
    "Connection",
    "LanguageModelReader",
    "NoAnswer",
    "Place",
    "Unusable",
    "connect",
    "find_quote",
    "marked",
    "objects_in",
    "repair",
]
