"""Pairs files and collections as others write them, and a tokenizer that shows who said what."""

import json
from pathlib import Path
from typing import Any

OWN = {"clean": "The key", "counterfactual": "The keys", "correct": " is", "incorrect": " are"}
THEIRS = {
    "clean_problem": "1 + 2 =", "corrupted_problem": "1 + 3 =", "clean_correct": "3", "clean_incorrect": "4",
    "corrupted_correct": "4", "corrupted_incorrect": "3",
}  # fmt: skip


def written(folder: Path, value: Any, name: str = "pairs.json") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


class Talker:
    """A tokenizer with a chat template that shows who said what."""

    chat_template = "some"

    def apply_chat_template(
        self, conversation: list[dict[str, str]], /, *, tokenize: bool, add_generation_prompt: bool
    ) -> str:
        assert not tokenize
        said = "".join(f"<{turn['role']}>{turn['content']}" for turn in conversation)
        return said + "<assistant>" * add_generation_prompt


class Mute(Talker):
    chat_template = None


def collection(folder: Path, items: list[dict[str, str]], **config: Any) -> Path:
    written(folder, {"task_a": {"path": "a.json"} | config, "gone": {"path": "gone.json"}}, "config/MD/config.json")
    written(folder, items, "tasks/MD/a.json")
    return folder
