"""The site: the pages of this folder, and a reference made from docstrings and from the command line's own help."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import mathml
import reference_pages

from klbio import __version__

project, author, release = "klbio", "The klbio developers", __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc"]
exclude_patterns = ["_build"]
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(?!klbio\b).*"),  # names of other projects are not looked up: no network
    ("py:.*", r".*\.[A-Z_]+"),  # constants have no entry of their own
]

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4

autodoc_typehints = "none"  # types stand in the signature, and in words in the docstring
default_role = "autolink"  # `Counts` in a docstring leads to Counts
autosummary_generate = False
numpydoc_show_class_members = False

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_title = f"klbio {release}"
html_math_renderer = "mathml"
html_show_copyright = html_show_sphinx = html_copy_source = html_show_sourcelink = False


def setup(app):
    """Write the generated pages, and show formulas without a script from elsewhere."""
    reference_pages.write(Path(__file__).parent / "reference")
    mathml.add_to(app)
    app.connect("autodoc-skip-member", _field_of_a_named_tuple)
    app.connect("source-read", _pages_from_elsewhere)


def _field_of_a_named_tuple(app, what, name, member, skip, options):
    """Fields are explained in the docstring of their class; Python's own words on them say nothing."""
    return True if str(member.__doc__).startswith("Alias for field number") else None


def _pages_from_elsewhere(app, name, source):
    """Pages that stand beside the config and the examples are included in the site under names of its own."""
    for path, page in {"config/README": "configuration", "examples/[a-z/-]+/PROVENANCE": "examples"}.items():
        source[0] = re.sub(rf"\]\((\.\./)+{path}\.md", f"](/{page}.md", source[0])
