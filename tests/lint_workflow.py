"""`snakemake --lint`, with the one complaint accepted that cannot be met without conda or containers.

klbio is one Python package with a hashed lock; the programs that some rules call are looked for on the PATH.
"""

import subprocess
import sys

ACCEPTED = "* Specify a conda environment or container for each rule.:"


def main() -> None:
    done = subprocess.run([sys.executable, "-m", "snakemake", "--lint"], capture_output=True, text=True)
    lines = (done.stdout + done.stderr).splitlines()
    complaints = [line.strip() for line in lines if line.startswith("    * ")]
    if not complaints:
        sys.exit(f"snakemake --lint said nothing that could be read:\n{done.stderr}")
    left = [line for line in complaints if line != ACCEPTED]
    print(
        f"snakemake --lint: {len(left)} complaints, and {len(complaints) - len(left)} accepted (no conda environment)"
    )
    sys.exit("\n".join(left) or 0)


if __name__ == "__main__":
    main()
