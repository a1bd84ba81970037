"""Formulas as MathML, which browsers show by themselves: the pages need neither a script nor a network for them."""

import re

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
# what LaTeX knows and docutils does not, or takes otherwise
SPELLINGS = {
    r"\\dots": r"\\ldots",
    r"\\Big": "",
    r"\\([dt]?frac)(\d)(\d)": r"\\\1{\2}{\3}",
    r"\\(ln|log)(_\w)? ?(?=[\w\\])": r"\\\1\2\\, ",
}


def add_to(app):
    """Make this the renderer of formulas that is called ``mathml``."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))


def _inline(translator, node):
    _show(translator, node, as_block=False)


def _block(translator, node):
    _show(translator, node, as_block=True)


def _show(translator, node, as_block):
    formula = node.astext()
    for pattern, spelling in SPELLINGS.items():
        formula = re.sub(pattern, spelling, formula)
    try:
        translator.body.append(tex2mathml(formula, as_block=as_block))
    except MathError as error:
        LOGGER.warning("%s in %s", error, formula, location=node)
    raise nodes.SkipNode
