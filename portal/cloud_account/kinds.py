"""What an account of each cloud asks for, as data: pages and programs draw their forms from it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from pydantic import BaseModel

from portal.cloud_account.clouds import CLOUDS
from portal.cloud_account.provider import Input, Method


class InputInfo(BaseModel):
    """One question. `file` is read by the browser, and sent in base64 when `base64`, else as text."""

    name: str
    title: str
    help: str
    kind: Literal["text", "secret", "long_text", "long_secret", "file", "choice"]
    required: bool
    placeholder: str
    pattern: str
    options: list[tuple[str, str]]
    """Value and label, of a choice."""
    base64: bool


class MethodInfo(BaseModel):
    """One way to sign in. `steps` (Markdown) is what to do in the cloud first."""

    name: str
    title: str
    summary: str
    inputs: list[InputInfo]
    steps: str
    steps_html: str = ""
    secret: bool
    """Whether the portal keeps something that must be rotated."""


class CloudInfo(BaseModel):
    name: str
    title: str
    settings: list[InputInfo]
    methods: list[MethodInfo]
    lookups: list[str]
    """Kinds that an account of this cloud is asked for; others come from lists."""


def clouds() -> list[CloudInfo]:
    """Every cloud that there is."""
    return [
        CloudInfo(
            name=cloud.name, title=cloud.title, settings=[_input(item) for item in cloud.settings_inputs],
            methods=[_method(method) for method in cloud.methods], lookups=sorted(cloud.LOOKUPS),
        )
        for cloud in CLOUDS.values()
    ]  # fmt: skip


def _method(method: Method) -> MethodInfo:
    return MethodInfo(
        name=method.name, title=method.title, summary=method.summary, inputs=[_input(item) for item in method.inputs],
        steps=method.steps, secret=method.secret,
    )  # fmt: skip


def _input(item: Input) -> InputInfo:
    return InputInfo.model_validate(asdict(item))
