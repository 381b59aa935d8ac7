"""Installs packages into the environment that runs this, unless they are there."""
import subprocess
import sys

subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *sys.argv[1:]], check=True)
