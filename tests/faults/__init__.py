"""What may be wrong with what a user gives, by kind: each case with the words that have to be said.

A case is a row of a list named ``CASES`` in a module here: a name, the words, the files that differ from a sound
study and, where the remedy can be followed, the files as it asks for them.  ``test_faults.py`` runs each in 1 GB and
10 s of work, in a fork of a process that has loaded klbio (``server.py``; a few as the program itself).
It asks for exit code 2, place, what was found and what was expected, no traceback, and nothing left behind.
"""
