"""One function per workflow step: paths and settings in, files out.

The command line and the rules call the same functions.  Each module imports what it
needs when it runs, so that a job pays only for its own step.
"""
