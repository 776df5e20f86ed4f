"""Times LLM_Modularity's own functions. Run by speed.py with the Python of its environment, in its folder.

    python peer_modularity.py MODEL CELLS DOMAIN/TASK...

Prints one JSON line: seconds of attribution per task, and of each lesion cell (source, target) that was run: the first
CELLS of all pairs of tasks. Loading the model is not counted.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

sys.path[:0] = [".", "scripts"]

import run_ablation
import run_attribution
import torch
from src import model_utils
from src.data_utils import load_task_config

clock = time.process_time if os.environ.get("BENCHMARK_CLOCK") == "processor" else time.perf_counter


def main() -> None:
    """Attribution of every task, then lesion cells."""
    model_path, cells, *tasks = sys.argv[1:]
    language_model = model_utils.LanguageModel
    model_utils.LanguageModel = lambda name, **more: language_model(name, **{**more, **_FLOAT32})
    model, config = model_utils.load_model(model_path)
    named = [task.split("/") for task in tasks]
    configs = {(d, t): load_task_config("config", d, "config.json")[t] for d, t in named}
    with tempfile.TemporaryDirectory() as scratch:
        results, data = (Path(scratch) / name for name in ("results", "data"))
        for domain, task in named:  # the program has no option for how many pairs it takes
            source = Path("data") / domain / configs[domain, task]["path"]
            (data / domain).mkdir(parents=True, exist_ok=True)
            (data / domain / source.name).write_text(json.dumps(json.loads(source.read_text())[:PAIRS]))
        args = argparse.Namespace(
            model=model_path, component="neurons", batch_size=8, min_accuracy=0.0, overwrite=True, no_filter=True,
            config_dir="config", data_dir=str(data), results_dir=str(results), config_file="config.json",
            sign=["positive"], pct=[1.0], ablation_type=["corrupted"], num_random_trials=3, skip_layer_matched=False,
        )  # fmt: skip
        attribution, lesions = {}, {}
        for domain, task in named:
            started = clock()
            run_attribution.run_attribution_for_task(
                model, config, domain, task, configs[domain, task], args, str(results)
            )
            attribution[task] = clock() - started
        for (sd, s), (td, t) in list(product(named, named))[: int(cells)]:
            started = clock()
            run_ablation.run_ablation_for_pair(model, config, sd, s, td, t, configs[td, t], args, str(results))
            lesions[f"{s} > {t}"] = clock() - started
    sys.stdout.write("\n" + json.dumps({"attribution": attribution, "lesions": lesions}) + "\n")


PAIRS = 100
_FLOAT32 = {"torch_dtype": torch.float32, "device_map": "cpu"}

if __name__ == "__main__":
    main()
