"""Write the checksums again, after a change that is meant to move them: ``python -m tests.golden [study ...]``."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.golden.checksums import checksums, moved, read, write
from tests.golden.studies import SHARED, STUDIES

HERE = Path(__file__).parent


def renew(name: str) -> None:
    path = HERE / f"{name}.tsv"
    with TemporaryDirectory() as folder:
        STUDIES[name](Path(folder))
        now = checksums(Path(folder))
    for line in moved(read(path) if path.exists() else [], now):
        print(f"{name}/{line}")
    write(path, now)


if __name__ == "__main__":
    os.chdir(HERE.parents[1])
    for study in sys.argv[1:] or STUDIES:
        if study == "real-models" and not SHARED.is_dir():
            print(f"{study}: left as it is, {SHARED} is not here")
        else:
            renew(study)
