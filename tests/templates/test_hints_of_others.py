"""What a template says about another one is true: the outputs that it offers to choose from exist there."""

from __future__ import annotations

import pytest

from portal.template import service
from tests.templates import catalogue


@pytest.mark.parametrize("key", catalogue.KEYS)
def test_every_output_to_choose_from_exists_and_is_no_secret(key: str) -> None:
    manifest = service.load_module(key).manifest
    assert manifest is not None
    for path, hint in manifest.variables.items():
        for source in hint.from_output or []:
            assert source.template in catalogue.KEYS, f"{path}: there is no template {source.template}"
            outputs = {output.name: output for output in service.load_module(source.template).outputs}
            assert source.output in outputs, f"{path}: {source.template} has no output {source.output}"
            assert not outputs[source.output].sensitive, f"{path}: {source.output} is sensitive and never offered"
