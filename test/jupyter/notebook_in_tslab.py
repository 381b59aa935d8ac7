"""Executes a notebook under the unmodified kernel of tslab, in FOLDER; a cell that fails ends it with its error.

    python notebook_in_tslab.py NOTEBOOK TSLAB FOLDER
"""
import json
import os
import sys
import tempfile

import nbformat

path, program, folder = sys.argv[1:]
data = tempfile.mkdtemp()
spec = os.path.join(data, "kernels", "stock-tslab")
os.makedirs(spec)
with open(os.path.join(spec, "kernel.json"), "w") as file:
    argv = ["node", program, "kernel", "--config-path", "{connection_file}"]
    json.dump({"argv": argv, "display_name": "tslab", "language": "typescript"}, file)
os.environ["JUPYTER_PATH"] = data

from nbclient import NotebookClient  # noqa: E402, it reads the path above

notebook = nbformat.read(path, as_version=4)
NotebookClient(notebook, timeout=300, kernel_name="stock-tslab", resources={"metadata": {"path": folder}}).execute()
outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
errors = [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
if errors:
    sys.exit(f"cells that failed: {errors}")
print(len(outputs), "outputs", sum("application/vnd.plotly.v1+json" in output.get("data", {}) for output in outputs), "figures")
