"""Writes verify/literature/index.safetensors anew: run it after every change of the index."""

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from verify.literature import sentences
from verify.literature.comparing import index_texts, packed, texts_sha256

if __name__ == "__main__":
    torch.set_num_threads(1)
    sentences.fetch(offline=False)
    texts = index_texts()
    target = Path(__file__).parents[1] / "verify" / "literature" / "index.safetensors"
    save_file(
        {"vectors": np.ascontiguousarray(packed(sentences.embed(texts)))},
        target,
        {"texts_sha256": texts_sha256(texts), "model": sentences.NAME},
    )
