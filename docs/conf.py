"""Sphinx configuration: Markdown by MyST, reference pages from docstrings."""

from eventsourcing import __version__

project = "eventsourcing"
author = "The eventsourcing maintainers"
copyright = "The eventsourcing maintainers"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"eventsourcing {release}"

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_format = "short"
# A facade documents what it publishes, not what it passes on from other packages.
autodoc_default_options = {"members": True, "show-inheritance": True, "ignore-module-all": True}
autodoc_class_signature = "separated"
# "ref.python": transcodings have an attribute called `type`, which makes the builtin ambiguous.
suppress_warnings = ["myst.header", "ref.python"]
