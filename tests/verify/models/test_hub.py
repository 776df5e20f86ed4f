"""A small server that speaks enough of the hub.

Each case has a process of its own, as the user's settings are read when the hub's client is imported.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

COMMIT = "0123456789abcdef0123456789abcdef01234567"
PROGRAM = """
import json, sys
from claims.errors import ClaimlabError
from verify.models import fetch, pull
said = []
for action, name, offline in json.loads(sys.argv[1]):
    try:
        card = {"fetch": fetch, "pull": pull}[action](name, offline=offline)
        said.append({"card": card.model_dump(mode="json"), "folder": str(card.folder)})
    except ClaimlabError as error:
        said.append({"error": str(error), "kind": type(error).__name__})
print(json.dumps(said))
"""


@dataclass
class Hub:
    url: str
    home: Path
    asked: list[str] = field(default_factory=list)

    def run(self, *actions: tuple[str, str, bool], **environment: str) -> list[dict]:
        """What a process of its own says to these calls of fetch and pull, one by one."""
        settings = {"HF_ENDPOINT": self.url, "HF_HOME": str(self.home), "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
        clean = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, json.dumps(actions)],
            env=clean | settings | environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def hub(llama_folder: Path, tmp_path: Path) -> Iterator[Hub]:
    (llama_folder / "pytorch_model.bin").write_bytes(b"a pickle")
    (llama_folder / "modeling_x.py").write_text("raise SystemExit('code was run')")
    files = {path.name: path.read_bytes() for path in llama_folder.iterdir()}
    pickles = {"config.json": b"{}", "pytorch_model.bin": b"a pickle"}
    repositories = {"somebody/tiny-llama": files, "somebody/pickles": pickles}
    errors = {"somebody/gated": (403, "GatedRepo"), "somebody/secret": (401, "RepoNotFound")}
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

        def answer(self, code: int, body: bytes = b"", **headers: str) -> None:
            self.send_response(code)
            for key, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(key.replace("_", "-"), value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            asked.append(path)
            parts = path.removeprefix("/api/models").strip("/").split("/")
            repository, rest = "/".join(parts[:2]), parts[2:]
            if repository in errors:
                code, reason = errors[repository]
                self.answer(code, X_Error_Code=reason)
            elif repository not in repositories:
                self.answer(404, X_Error_Code="RepoNotFound")
            elif len(rest) > 1 and rest[1] not in ("main", COMMIT):
                self.answer(404, X_Error_Code="RevisionNotFound")
            elif rest[:1] == ["tree"]:
                entries = [
                    {"type": "file", "path": name, "size": len(data), "oid": sha1(data).hexdigest()}  # noqa: S324
                    for name, data in repositories[repository].items()
                ]
                self.answer(200, json.dumps(entries).encode(), Content_Type="application/json")
            elif rest[:1] == ["resolve"]:
                data = repositories[repository][rest[2]]
                self.answer(200, data, ETag=f'"{sha1(data).hexdigest()}"', X_Repo_Commit=COMMIT)  # noqa: S324
            else:
                info = {
                    "id": repository, "sha": COMMIT, "private": False, "tags": ["license:mit"],
                    "siblings": [{"rfilename": name} for name in repositories[repository]],
                }  # fmt: skip
                self.answer(200, json.dumps(info).encode(), Content_Type="application/json")

        do_HEAD = do_GET  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Hub(f"http://127.0.0.1:{server.server_port}", tmp_path / "hf", asked)
    server.shutdown()
    thread.join()
    server.server_close()


def test_hub_model_is_pinned_to_a_commit_and_has_no_code_or_pickles(hub: Hub):
    [said] = hub.run(("fetch", "somebody/tiny-llama", False))
    card, folder = said["card"], Path(said["folder"])
    assert (card["id"], card["revision"], card["licence"]) == ("somebody/tiny-llama", COMMIT, "mit")
    assert (card["source"], card["layers"], card["units_per_layer"]) == ("hub", 2, 64)
    assert folder.is_relative_to(hub.home), "the files stay in the hub's own cache"
    names = {path.name for path in folder.iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= names
    assert not names & {"pytorch_model.bin", "modeling_x.py"}
    assert not [path for path in hub.asked if path.endswith((".bin", ".py"))]
    hub.asked.clear()
    assert hub.run(("fetch", "somebody/tiny-llama", False), HF_HUB_OFFLINE="1") == [said]
    assert hub.asked == []


def test_damaged_hub_file_is_downloaded_again_by_pull(hub: Hub):
    [said] = hub.run(("fetch", "somebody/tiny-llama@main", False))
    path = Path(said["folder"]) / "model.safetensors"
    sound = path.read_bytes()
    path.resolve().write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    name = "somebody/tiny-llama@main"
    refused, repaired = hub.run(("pull", name, True), ("pull", name, False))
    assert "is damaged and the hub cannot be reached" in refused["error"]
    assert repaired == said
    assert path.read_bytes() == sound


def test_what_the_hub_does_not_give_is_one_sentence(hub: Hub):
    sentences = {
        "nobody/nothing": "nobody/nothing is not on the hub, or is private",
        "somebody/secret": "somebody/secret is not on the hub, or is private",
        "somebody/gated": "somebody/gated is gated: accept its terms",
        "somebody/tiny-llama@v9": "somebody/tiny-llama has no revision 'v9' on the hub",
        "somebody/pickles": "somebody/pickles has no safetensors weights on the hub",
    }
    answers = hub.run(*(("fetch", name, False) for name in sentences))
    for said, sentence in zip(answers, sentences.values(), strict=True):
        assert said["kind"] == "ModelError"
        assert sentence in said["error"]
        assert "\n" not in said["error"]


def test_unreachable_hub_is_one_sentence(hub: Hub):
    [said] = hub.run(("fetch", "somebody/tiny-llama", False), HF_ENDPOINT="http://127.0.0.1:9")
    assert said["kind"] == "ModelError"
    assert "somebody/tiny-llama could not be fetched from the hub (" in said["error"]
    assert "refused" in said["error"], "the reason is the connection, not the empty cache"
    assert "\n" not in said["error"]


def test_offline_asks_nothing_of_the_hub(hub: Hub):
    for said in hub.run(("fetch", "somebody/tiny-llama", True)) + hub.run(
        ("fetch", "somebody/tiny-llama", False), HF_HUB_OFFLINE="1"
    ):
        assert said["kind"] == "ModelError"
        assert "may not be asked (offline); run `claimlab models pull somebody/tiny-llama`" in said["error"]
    assert hub.asked == []
