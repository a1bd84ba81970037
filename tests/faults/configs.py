"""Configs: YAML, keys, values, and the files they name."""

from __future__ import annotations

from tests.faults.case import Case

SOUND = "taxa:\n  table: t.tsv\n  samples: s.tsv\n"
CHECK = ("check", "c.yaml")
BOMB = "".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}' if n else 'x'] * 9)}]\n" for n in range(9))

CASES = [
    Case(f"config: {name}", ["c.yaml", *says], {"c.yaml": text}, CHECK, mended={"c.yaml": SOUND})
    for name, says, text in (
        ("aliases that multiply", ["aliases"], SOUND + BOMB),
        ("an alias of itself", ["aliases"], "taxa: &t {table: *t}\n"),
        ("a key twice", ["line 5", "as in line 4"], SOUND + "seed: 1\nseed: 2\n"),
        ("a section twice", ["line 4", "as in line 1"], SOUND + SOUND),
        ("a key that is a number", ["line 4", "no text"], SOUND + "7: 2\n"),
        ("a key that is yes", ["line 4", "no text"], SOUND + "yes: 2\n"),
        ("a key of nothing", ["no text"], SOUND + "? \n: 2\n"),
        ("a merge key", ["'<<'"], "a: &a {table: t.tsv}\ntaxa:\n  <<: *a\n"),
        ("a phase on both sides", ["line 5", "'a' on both sides"],
         SOUND + "shift:\n  contrasts: [{before: a, after: a}]\n"),
        ("a sheet of models that is not there", ["line 5", "models.sheet: 'm.tsv' is not there"],
         SOUND + "models:\n  sheet: m.tsv\n"),
        ("a date that is none", ["2024-99-99"], SOUND + "seed: 2024-99-99\n"),
        ("a date", ["2024-01-02", "quotes"], SOUND + "shift:\n  control: 2024-01-02\n"),
        ("!!int of a word", ["'x'"], SOUND + "seed: !!int x\n"),
        ("!!timestamp of a word", ["'x'"], SOUND + "seed: !!timestamp x\n"),
        ("!!binary", ["binary"], SOUND + "seed: !!binary aGk=\n"),
        ("an object", ["python"], SOUND + "seed: !!python/object/apply:os.abort []\n"),
        ("a tag of its own", ["!mine"], SOUND + "seed: !mine 1\n"),
        ("a number of 5,000 digits", ["digits"], SOUND + f"seed: {'9' * 5000}\n"),
        ("a number to base 8", ["'010'"], SOUND + "seed: 010\n"),
        ("a number to base 60", ["'1:30'"], SOUND + "seed: 1:30\n"),
        ("no number", ["'.nan'"], "models: {sheet: m.tsv, epsilon: .nan}\n"),
        ("an endless number", ["'.inf'"], "models: {sheet: m.tsv, epsilon: .inf}\n"),
        ("3,000 brackets", ["deep"], "taxa: " + "[" * 3000),
        ("a control character", ["character"], SOUND + 'outdir: "\x07"\n'),
        ("a tab for indentation", ["no YAML"], "taxa:\n\ttable: t.tsv\n"),
        ("two documents", ["another document"], SOUND + "---\n" + SOUND),
        ("an alias of nothing", ["undefined alias"], "taxa: *t\n"),
        ("a quote that does not close", ["no YAML"], "outdir: 'x\n" + SOUND),
        ("a list", ["mapping"], "- taxa\n"),
        ("nothing in it", ["nothing in it"], ""),
        ("models without a sheet", ["without 'sheet'; expected a value"], "models: {}\n"),
        ("a word", ["mapping"], "taxa\n"),
        ("nothing but a seed", ["at least one of the sections"], "seed: 1\n"),
        ("an unknown key", ["'outfolder'", "outdir"], SOUND + "outfolder: x\n"),
        ("a key in the wrong section", ["line 4", "ranges"], "taxa:\n  table: t.tsv\n  samples: s.tsv\n  ranges: x\n"),
        ("a table that is not there", ["none.tsv"], SOUND.replace("t.tsv", "none.tsv")),
        ("a number for a name", ["taxa.table"], SOUND.replace("t.tsv", "7")),
        ("yes for a name", ["quotes"], SOUND + "shift:\n  control: no\n"),
        ("a seed below 0", ["line 4", "0 or more"], SOUND + "seed: -1\n"),
        ("a seed of a fraction", ["line 4"], SOUND + "seed: 1.5\n"),
        ("ranks that are no list", ["taxa.ranks"], SOUND + "  ranks: genus\n"),
        ("a rank twice", ["taxa.ranks"], SOUND + "  ranks: [genus, genus]\n"),
        ("too many draws", ["shift.n_resamples"], SOUND + "shift: {n_resamples: 100000000}\n"),
        ("a key of a hundred thousand letters", ["line 4"], SOUND + "k" * 100_000 + ": 1\n"),
    )
]  # fmt: skip
