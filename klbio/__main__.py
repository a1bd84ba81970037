"""Run the command line as ``python -m klbio``."""

from klbio.cli import main

if __name__ == "__main__":
    main()
