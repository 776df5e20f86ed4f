"""A card becomes a model and its tokenizer, after every byte of its files has been checked against the manifest."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from claims.errors import InputError, ModelError
from verify.models.cache import manifest_of, place_of
from verify.models.card import ModelCard
from verify.models.fetching import damaged_files
from verify.models.hardware import DTYPES
from verify.models.registry import ModelSource, resolve

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def load(card: ModelCard, *, dtype: str, device: str = "cpu") -> "tuple[PreTrainedModel, Callable[..., Any]]":
    """The model in `dtype` ("float32" or "bfloat16") on `device`, in evaluation mode, and its transformers tokenizer.

    Nothing is fetched, no code that comes with the model is run, and every weight must be used and present.

    Raises:
        InputError: another dtype.
        ModelError: a file is damaged or missing, or the model is of a kind that is not supported.
    """
    if dtype not in DTYPES:
        raise InputError(f"the number format must be one of {', '.join(DTYPES)}, got {dtype!r}")
    source = resolve(card.name)
    with ThreadPoolExecutor(1) as pool:
        verified = pool.submit(_verify, source, card)  # hashing does not hold up the imports
        import torch
        from transformers import AutoModelForCausalLM
        from transformers.utils.logging import disable_progress_bar, set_verbosity_error

        disable_progress_bar()
        set_verbosity_error()  # it prints a table of what is missing, which one sentence below says
        folder = verified.result()
    try:
        tokenizer = _tokenizer(card, folder)
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=getattr(torch, dtype),
            attn_implementation="sdpa",
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # they are named and refused below
        )
    except Exception as error:  # whatever transformers makes of somebody's files
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelError(
            f"{card.id} cannot be loaded ({reason}); choose a dense text decoder as safetensors"
        ) from error
    model, info = loaded
    wrong = {what: sorted(map(str, info[what])) for what in ("missing_keys", "unexpected_keys", "mismatched_keys")}
    for what, keys in wrong.items():
        if keys:
            raise ModelError(
                f"{card.id} has {len(keys)} {what.replace('_', ' ')} ({', '.join(keys[:3])}), so what would be tested "
                "is not the whole model; its files are incomplete or of another kind"
            )
    return model.to(device), tokenizer


def has_chat_template(card: ModelCard) -> bool:
    """Whether a fetched model comes with a template for chats.

    Raises:
        ModelError: its settings cannot be read.
    """
    source = resolve(card.name)
    manifest = manifest_of(source)
    if manifest is None:
        return False
    folder = place_of(source, manifest)
    if (folder / "chat_template.jinja").exists():
        return True
    settings = folder / "tokenizer_config.json"
    try:
        return settings.exists() and bool(json.loads(settings.read_text(encoding="utf-8")).get("chat_template"))
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise ModelError(
            f"the tokenizer_config.json of {card.id} cannot be read ({error}); its files are damaged"
        ) from error


def _tokenizer(card: ModelCard, folder: Path) -> Callable[..., Any]:
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    if card.source in ("hub", "folder"):
        hub_tokenizer: Callable[..., Any] = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        return hub_tokenizer
    # converted here, so its form is known; AutoTokenizer would parse the vocabulary twice
    settings = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    template = folder / "chat_template.jinja"
    return PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"),
        chat_template=template.read_text(encoding="utf-8") if template.exists() else None,
        **{name: token for name, token in settings.items() if name.endswith("_token")},
    )


def _verify(source: ModelSource, card: ModelCard) -> Path:
    """The folder of the files of `card`, every byte of which is as it was when it was fetched."""
    again = f"run `claimlab models pull {card.name}`"
    manifest = manifest_of(source)
    if manifest is None:
        raise ModelError(f"{card.id} is not on this machine; {again}")
    if manifest.card.weights_sha256 != card.weights_sha256:
        raise ModelError(
            f"{card.id} on this machine is not the one that was asked for (weights "
            f"{manifest.card.weights_sha256[:12]} instead of {card.weights_sha256[:12]}); it was fetched again from a "
            "source that has changed, so start again with it as it is now"
        )
    damaged = damaged_files(source)
    if damaged:
        raise ModelError(f"{' and '.join(damaged)} of {card.id} is damaged or missing; {again} to fetch it again")
    return place_of(source, manifest)
