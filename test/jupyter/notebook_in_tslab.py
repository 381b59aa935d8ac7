"""Executes a notebook under the unmodified kernel of tslab, in FOLDER; a cell that fails ends it with its error.

    python notebook_in_tslab.py NOTEBOOK TSLAB FOLDER
"""
import sys

import nbformat

from stock_kernel import execute

path, program, folder = sys.argv[1:]
notebook = nbformat.read(path, as_version=4)
execute(notebook, program, folder)
outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
errors = [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
if errors:
    sys.exit(f"cells that failed: {errors}")
print(len(outputs), "outputs")
