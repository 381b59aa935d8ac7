"""Types into `jupyter console` and prints what it shows."""
import subprocess
import sys
from pathlib import Path

console = Path(sys.executable).with_name("jupyter-console")
typed = "const a = 41;\na + 1\nmissing\nquit()\n"
shown = subprocess.run(
    [console, "--kernel", "spanlab", "--simple-prompt"], input=typed, capture_output=True, text=True, timeout=120
)
print(shown.stdout, shown.stderr)
