# klbio with its locked environment and the programs of its rules, for clusters and clouds that run containers:
#   docker build --tag klbio .
#   docker run --rm --volume "$PWD:/study" klbio klbio check my.yaml
# Kubernetes, AWS Batch and Google Batch: docs/cluster.md.  Kraken 2 and its databases are not in it.
FROM python:3.12-slim

# git: Snakemake asks it which sources a job without a shared disk needs.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git rsync vsearch cutadapt \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/klbio
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation . \
 && pip install --no-cache-dir snakemake-storage-plugin-s3 snakemake-storage-plugin-gcs pyarrow \
 && python tools/machine_code.py

WORKDIR /study
CMD ["klbio", "--help"]
