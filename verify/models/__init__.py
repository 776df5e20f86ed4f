"""Models: where they come from, what is in them, and loading them safely.

A name becomes a source (`resolve`), a source becomes a folder of safetensors on this machine with a card that says
exactly what it is (`fetch`), and a card becomes a model and its tokenizer (`load`). Nothing here imports torch until
a model has to be converted or loaded, so a repeated question costs nothing. No code that comes with a model is run,
and no pickle is opened.
"""

from verify.models.card import ModelCard
from verify.models.fetching import fetch, pull, status
from verify.models.hardware import Machine, machine, pick_device, pick_dtype, within_memory
from verify.models.loading import has_chat_template, load
from verify.models.registry import ModelSource, names, resolve
from verify.models.terms import mark_terms_shown, terms, terms_shown

__all__ = [
    "Machine",
    "ModelCard",
    "ModelSource",
    "fetch",
    "has_chat_template",
    "load",
    "machine",
    "mark_terms_shown",
    "names",
    "pick_device",
    "pick_dtype",
    "pull",
    "resolve",
    "status",
    "terms",
    "terms_shown",
    "within_memory",
]
