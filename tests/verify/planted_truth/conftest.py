"""One trained model for all tests: planting takes seconds."""

import pytest
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from verify.planted import PlantedSpec, build, train

MODULAR = PlantedSpec("modular", 5)  # one family in most domains is never learned


@pytest.fixture(scope="session")
def modular() -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    return build(MODULAR, train([MODULAR])[MODULAR])
