"""What MkDocs calls while it builds the site (mkdocs.yml names this file)."""

from __future__ import annotations

import re
from collections.abc import Callable

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from documentation import code_pages, command_pages, licence_pages, openapi_pages, reliability_pages
from documentation.repository import ROOT, site_path, targets, with_site_links

GENERATED: dict[str, Callable[[], str]] = {
    "operations": openapi_pages.operations,
    "analysis": openapi_pages.analysis,
    "features": openapi_pages.features,
    "controls": openapi_pages.controls,
    "headers": openapi_pages.headers,
    "events": openapi_pages.events,
    "vocabularies": openapi_pages.vocabularies,
    "limits": openapi_pages.limits,
    "settings": code_pages.settings,
    "errors": code_pages.errors,
    "metrics": code_pages.metrics,
    "commands": command_pages.commands,
    "reliability": reliability_pages.reliability,
    "soaked": reliability_pages.soaked,
    "licences": licence_pages.licences,
    "carried": licence_pages.carried,
}
"""What stands in a page where it says `<!-- generated: NAME -->`."""
MARK = re.compile(r"<!-- generated: (\w+) -->")
FOR_TESTS = re.compile(r"^<!-- (?:run by|not run:).*?-->\n", re.MULTILINE)


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Adds what pages link to elsewhere in the repository, and what those files link to in turn."""
    unread = list(files.documentation_pages())
    while unread:
        page = unread.pop()
        for path in targets(page.content_string, page.src_uri):
            there = site_path(path)
            if files.get_file_from_path(there) is None and (ROOT / path).is_file():
                added = File.generated(config, there, abs_src_path=str(ROOT / path))
                files.append(added)
                unread += [added] if added.is_documentation_page() else []
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links, generated parts, and no marks that are for tests. Raises PluginError for a part that nobody makes."""
    del config, files
    return MARK.sub(_generated, FOR_TESTS.sub("", with_site_links(markdown, page.file.src_uri)))


def _generated(mark: re.Match[str]) -> str:
    if mark[1] not in GENERATED:
        raise PluginError(f"Nothing makes {mark[0]}; there are {', '.join(GENERATED)}.")
    return GENERATED[mark[1]]()
