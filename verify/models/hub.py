"""Fetches a model from the Hugging Face hub, at one commit, with the user's own settings (HF_ENDPOINT, HF_TOKEN, ...).

The files stay in the hub's cache. Only settings, tokenizer and safetensors are asked for: never pickles, never code.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from claims.errors import ModelError, StoreError
from claims.folders import storing
from verify.models.cache import Progress
from verify.models.describe import MODEL_FILES
from verify.models.registry import ModelSource

if TYPE_CHECKING:
    from huggingface_hub import ModelInfo


def snapshot(
    source: ModelSource, *, offline: bool, force: bool, progress: Progress | None
) -> tuple[Path, str, str | None]:
    """The folder of the model's files, the commit they are of, and the licence if the hub states one.

    `force` downloads files again that are already there.

    Raises:
        ModelError: unknown, private or gated, not reachable, or without safetensors weights.
        StoreError: the hub's cache cannot be written.
    """
    from huggingface_hub import constants, snapshot_download

    offline = offline or constants.HF_HUB_OFFLINE
    info, unreachable = (None, None) if offline else _info(source)
    if force and info is None:
        raise ModelError(f"{source.id} is damaged and the hub cannot be reached to fetch it again; try again online")
    if progress and not offline:
        progress(f"downloading {source.id}", None)
    try:
        with storing(Path(constants.HF_HUB_CACHE)):
            folder = snapshot_download(
                source.origin,
                revision=info.sha if info else source.revision,
                allow_patterns=list(MODEL_FILES),
                local_files_only=info is None,
                force_download=force,
            )
    except StoreError:
        raise
    except Exception as error:  # whatever the hub's client raises, the user's question is the same
        raise _sentence(source, unreachable or error, offline=offline) from error
    path = Path(folder)
    return path, path.name, _licence(info)


def _info(source: ModelSource) -> "tuple[ModelInfo | None, Exception | None]":
    """What the hub says about the model, or why it cannot be reached (then its cache may still do)."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError, RevisionNotFoundError

    try:
        info = HfApi().model_info(source.origin, revision=source.revision)
    except (RepositoryNotFoundError, RevisionNotFoundError, HFValidationError) as error:
        raise _sentence(source, error, offline=False) from error
    except Exception as error:  # no connection, time-out, server error
        return None, error
    files = [entry.rfilename for entry in info.siblings or []]
    if not any(name.startswith("model") and name.endswith(".safetensors") for name in files):
        raise ModelError(
            f"{source.id} has no safetensors weights on the hub, and other kinds of file can hold code and are not "
            "opened; use a converted copy of the model"
        )
    return info, None


def _licence(info: "ModelInfo | None") -> str | None:
    tags = (info.tags or []) if info else []
    return next((tag.removeprefix("license:") for tag in tags if tag.startswith("license:")), None)


def _sentence(source: ModelSource, error: Exception, *, offline: bool) -> ModelError:
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    at = f"{source.origin} at revision {source.revision}" if source.revision else source.origin
    if offline:
        return ModelError(
            f"{at} is not on this machine and the hub may not be asked (offline); run `claimlab models pull "
            f"{source.id}` once while online"
        )
    if isinstance(error, GatedRepoError):
        return ModelError(
            f"{at} is gated: accept its terms on its hub page, set HF_TOKEN to a token of your account and try again"
        )
    if isinstance(error, RevisionNotFoundError):
        return ModelError(f"{source.origin} has no revision {source.revision!r} on the hub; check the part after the @")
    if isinstance(error, RepositoryNotFoundError):
        return ModelError(
            f"{at} is not on the hub, or is private; check its name, or set HF_TOKEN to a token that may read it"
        )
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return ModelError(
        f"{at} could not be fetched from the hub ({reason[:200]}); check the network and HF_ENDPOINT, or use an "
        "embedded model, which needs no hub"
    )
