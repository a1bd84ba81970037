"""Result tables in, one self-contained page out: selects, sorts and formats, and computes nothing.

`tables` reads the folder, `rows` are its typed rows, `formatting` says numbers, `findings` the headlines, `figures`
draws (the only room that knows altair), `sections` puts a section's pieces together
and `page` renders them.
"""
