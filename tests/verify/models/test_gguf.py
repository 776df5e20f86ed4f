import pytest

from claims.errors import ModelError
from verify.models import fetch, load
from verify.models.gguf import account
from verify.models.gguf_header import read_header


def test_header_holds_every_setting_and_tensor(write_gguf):
    header = read_header(write_gguf())
    assert header.architecture == "llama"
    assert header.settings["llama.block_count"] == 2
    assert header.settings["tokenizer.ggml.tokens"] == 262
    places = {place.name: place for place in header.tensors}
    assert len(places) == 2 + 2 * 9
    assert places["blk.0.attn_k.weight"].shape == (16, 32)


def test_missing_tensor_is_refused(write_gguf):
    with pytest.raises(ModelError, match=r"tiny lacks 1 tensor \(model\.layers\.1\.mlp\.up_proj\.weight\)"):
        fetch(str(write_gguf(without="blk.1.ffn_up.weight")))


def test_unknown_tensor_is_refused(write_gguf):
    with pytest.raises(ModelError, match=r"tiny has unknown 1 tensor \(rope_freqs\.weight\)"):
        fetch(str(write_gguf(extra="rope_freqs.weight")))


def test_tensors_are_accounted_for_one_by_one():
    account(have=["a", "b"], wanted=["b", "a"], name="x")
    with pytest.raises(ModelError, match=r"x has twice 1 tensor \(a\)"):
        account(have=["a", "b", "a"], wanted=["a", "b"], name="x")
    with pytest.raises(ModelError, match=r"x lacks 4 tensors \(a, b, c, \.\.\.\)"):
        account(have=[], wanted=["a", "b", "c", "d"], name="x")


def test_scaled_positions_are_refused(write_gguf):
    with pytest.raises(ModelError, match="scaled positions"):
        fetch(str(write_gguf(scaling="yarn")))


def test_unsupported_architecture_is_named(write_gguf):
    with pytest.raises(ModelError, match="architecture 'mamba', which is not supported"):
        fetch(str(write_gguf(architecture="mamba")))


@pytest.mark.parametrize("keep", [0, 3, 20, 200, 20_000])
def test_truncated_file_is_refused(write_gguf, keep: int):
    path = write_gguf()
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ModelError, match="the GGUF file of tiny cannot be converted"):
        fetch(str(path))


def test_file_of_other_bytes_is_refused(write_gguf):
    path = write_gguf()
    path.write_bytes(b"PK\3\4" + bytes(1000))
    with pytest.raises(ModelError, match="does not start with GGUF"):
        fetch(str(path))


def test_changed_file_is_converted_again(write_gguf):
    path = write_gguf()
    before = fetch(str(path))
    assert fetch(str(path)) == before
    data = bytearray(path.read_bytes())
    data[-2] ^= 0x40  # the exponent of the last weight
    path.write_bytes(data)
    after = fetch(str(path))
    assert after.weights_sha256 != before.weights_sha256
    with pytest.raises(ModelError, match="is not the one that was asked for"):
        load(before, dtype="float32")
