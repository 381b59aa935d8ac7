"""Runs cells that import spanlab under the unmodified kernel of tslab; prints the types of each cell's outputs.

    python stock_tslab.py TSLAB FOLDER
"""
import json
import sys

import nbformat

from stock_kernel import execute

program, folder = sys.argv[1:]
cells = [
    "import { interact, showFigure, showImage, showTable, toyFigure, toySubspaces, drawSynthetic } from 'spanlab';",
    "showFigure(toyFigure({ ...toySubspaces({ points: 20 }), exemplars: [0] }));",
    "await showImage(drawSynthetic('nut', { size: 32 }).image);",
    "showTable([{ solver: 'omp', AUROC: 0.9 }]);",
    "await interact({ points: { min: 5, max: 50, value: 9 } }, ({ points }) => toyFigure({ ...toySubspaces({ points }), exemplars: [0] }));",
]
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
execute(notebook, program, folder)
print(json.dumps([[sorted(output.get("data", {})) for output in cell.outputs] for cell in notebook.cells]))
