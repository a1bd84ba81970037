"""Charts of the report: tables in, Vega-Lite charts out, drawn to SVG without a browser or a network.

The only room that imports altair and vl-convert.  Every figure comes in two shapes, a wide
one for a desk and paper and a narrow one for a phone.
"""
