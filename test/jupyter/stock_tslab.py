"""Runs cells that import spanlab under the unmodified kernel of tslab; prints the types of each cell's outputs.

    python stock_tslab.py TSLAB FOLDER
"""
import json
import os
import sys
import tempfile

import nbformat

program, folder = sys.argv[1:]
data = tempfile.mkdtemp()
spec = os.path.join(data, "kernels", "stock-tslab")
os.makedirs(spec)
with open(os.path.join(spec, "kernel.json"), "w") as file:
    argv = ["node", program, "kernel", "--config-path", "{connection_file}"]
    json.dump({"argv": argv, "display_name": "tslab", "language": "typescript"}, file)
os.environ["JUPYTER_PATH"] = data

from nbclient import NotebookClient  # noqa: E402, it reads the path above

cells = [
    "import { interact, showFigure, showImage, showTable, toyFigure, toySubspaces, drawSynthetic } from 'spanlab';",
    "showFigure(toyFigure({ ...toySubspaces({ points: 20 }), exemplars: [0] }));",
    "await showImage(drawSynthetic('nut', { size: 32 }).image);",
    "showTable([{ solver: 'omp', AUROC: 0.9 }]);",
    "await interact({ points: { min: 5, max: 50, value: 9 } }, ({ points }) => toyFigure({ ...toySubspaces({ points }), exemplars: [0] }));",
]
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
NotebookClient(notebook, timeout=120, kernel_name="stock-tslab", resources={"metadata": {"path": folder}}).execute()
print(json.dumps([[sorted(output.get("data", {})) for output in cell.outputs] for cell in notebook.cells]))
