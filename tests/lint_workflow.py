"""`snakemake --lint`, with the one complaint accepted that cannot be met without conda or containers.

klbio is one Python package with a hashed lock; its rules run no other program.
"""

import json
import subprocess
import sys

ACCEPTED = "Specify a conda environment or container for each rule."

done = subprocess.run([sys.executable, "-m", "snakemake", "--lint", "json"], capture_output=True, text=True)
report = json.loads(done.stdout)
lints = [lint for part in [*report.get("rules", []), *report.get("snakefiles", [])] for lint in part["lints"]]
left = [lint for lint in lints if lint["title"] != ACCEPTED]
for lint in left:
    print(f"{lint['title']}: {lint['body']}", file=sys.stderr)
sys.exit(bool(left))
