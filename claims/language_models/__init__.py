"""Language models as readers: they propose claims inside a schema, and everything they propose is checked."""

from claims.language_models.connection import Connection, NoAnswer, connect
from claims.language_models.reader import LanguageModelReader

__all__ = ["Connection", "LanguageModelReader", "NoAnswer", "connect"]
