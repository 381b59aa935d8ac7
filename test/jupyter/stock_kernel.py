"""Executes notebooks under the unmodified kernel of tslab."""
import json
import os
import tempfile


def execute(notebook, program, folder):
    """Runs all cells of `notebook` in `folder` with the tslab at `program`; a cell that fails raises its error."""
    data = tempfile.mkdtemp()
    spec = os.path.join(data, "kernels", "stock-tslab")
    os.makedirs(spec)
    with open(os.path.join(spec, "kernel.json"), "w") as file:
        argv = ["node", program, "kernel", "--config-path", "{connection_file}"]
        json.dump({"argv": argv, "display_name": "tslab", "language": "typescript"}, file)
    os.environ["JUPYTER_PATH"] = data
    # It reads the path above.
    from nbclient import NotebookClient

    resources = {"metadata": {"path": folder}}
    NotebookClient(notebook, timeout=300, kernel_name="stock-tslab", resources=resources).execute()
