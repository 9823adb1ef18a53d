"""Markdown of template authors to HTML that is safe to show: no raw HTML, no images, links http, https and mailto."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

_ALLOWED = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
MAX_MARKDOWN = 200_000


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt  # workers, which show nothing to anybody, do not wait for it

    reader = (
        MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
        .enable("table")
        .disable(["image", "html_block", "html_inline"])
    )
    reader.validateLink = lambda url: bool(_ALLOWED.match(url.strip()))  # type: ignore[method-assign]
    reader.add_render_rule("link_open", _link_open)
    for kind in ("fence", "code_block"):
        reader.add_render_rule(kind, _code)
    reader.add_render_rule("table_open", _table)
    return reader


def _link_open(renderer: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """A link opens beside the portal, and learns nothing about it."""
    tokens[index].attrSet("target", "_blank")
    tokens[index].attrSet("rel", "noopener noreferrer")
    return renderer.renderToken(tokens, index, options, env)


def _code(renderer: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """Code that is wider than its page can be scrolled with the keys."""
    from markdown_it.common.utils import escapeHtml

    return f'<pre tabindex="0"><code>{escapeHtml(tokens[index].content)}</code></pre>\n'


def _table(renderer: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """So can a table."""
    tokens[index].attrSet("tabindex", "0")
    return renderer.renderToken(tokens, index, options, env)


@lru_cache(maxsize=4096)
def to_html(text: str) -> str:
    """Safe HTML of a Markdown text; at most 200,000 characters are shown."""
    return _reader().render(text[:MAX_MARKDOWN]).strip()
