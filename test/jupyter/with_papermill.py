"""Runs a notebook with papermill and prints what its last cell printed."""
import nbformat
import papermill

cells = ["let count = Number(process.env.COUNT ?? 3);", "import { configure } from 'spanlab';\nconsole.log(count, configure().size);"]
notebook = nbformat.v4.new_notebook(
    cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
    metadata={"kernelspec": {"name": "spanlab", "language": "typescript", "display_name": "spanlab"}},
)
nbformat.write(notebook, "given.ipynb")
papermill.execute_notebook("given.ipynb", "done.ipynb", progress_bar=False)
print(nbformat.read("done.ipynb", 4).cells[-1].outputs[0].text)
