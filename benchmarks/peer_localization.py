"""Times llm-localization's own localizer. Run by speed.py with the Python of its environment, in its folder.

    python peer_localization.py MODEL LAYERS WIDTH

Prints one JSON line with the seconds. Its tables of sentences and nonwords lie in stimuli/language. Loading the model
is not counted.
"""

import json
import os
import sys
import tempfile
import time

sys.path[:0] = ["."]
os.environ["LOC_CACHE"] = tempfile.mkdtemp()

import torch
import transformers
from localize import localize

clock = time.process_time if os.environ.get("BENCHMARK_CLOCK") == "processor" else time.perf_counter


def main() -> None:
    """The language localizer on the outputs of all blocks."""
    path, layers, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    model = transformers.AutoModelForCausalLM.from_pretrained(path, torch_dtype=torch.float32)
    tokenizer = transformers.AutoTokenizer.from_pretrained(path)
    started = clock()
    localize(
        model_id="model", network="language", pooling="last-token", model=model, num_units=None, tokenizer=tokenizer,
        hidden_dim=width, layer_names=[f"model.layers.{k}" for k in range(layers)], batch_size=1, seed=42,
        device="cpu", percentage=1.0, localize_range="100-100", overwrite=True,
    )  # fmt: skip
    sys.stdout.write("\n" + json.dumps({"seconds": clock() - started}) + "\n")


if __name__ == "__main__":
    main()
