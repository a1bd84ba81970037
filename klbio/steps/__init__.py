"""One function per workflow step: paths and settings in, files out.

The command line and the rules call the same functions, and take names, defaults and words from their
signatures; where there are many, these are the fields of a noun (`klbio.steps.step.takes`).  Each module imports
what it needs when it runs, so that a job pays only for its own step.
"""
