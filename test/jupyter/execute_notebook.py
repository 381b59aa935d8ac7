"""Executes a notebook through a real Jupyter kernel; a cell that fails ends it with its error.

    python execute_notebook.py NOTEBOOK FOLDER
"""
import sys

import nbformat
from nbclient import NotebookClient

path, folder = sys.argv[1:]
notebook = nbformat.read(path, as_version=4)
NotebookClient(notebook, timeout=300, kernel_name="spanlab", resources={"metadata": {"path": folder}}).execute()
nbformat.validate(notebook)
empty = [cell.id for cell in notebook.cells if cell.cell_type == "code" and "showFigure(" in cell.source and not cell.outputs]
if empty:
    sys.exit(f"cells without a figure: {empty}")
print(sum(len(cell.get("outputs", [])) for cell in notebook.cells), "outputs")
