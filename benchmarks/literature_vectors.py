"""Writes verify/literature/index.safetensors anew: run it after every change of the index."""

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from claims.sentence_model import NAME
from verify.literature import sentences
from verify.literature.comparing import index_texts, packed, texts_sha256

if __name__ == "__main__":
    sentences.fetch(offline=False)
    texts = index_texts()
    target = Path(__file__).parents[1] / "verify" / "literature" / "index.safetensors"
    save_file(
        {"vectors": np.ascontiguousarray(packed(sentences.embed(texts)))},
        target,
        {"texts_sha256": texts_sha256(texts), "model": NAME},
    )
