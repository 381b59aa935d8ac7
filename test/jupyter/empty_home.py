"""Runs cells in a real kernel whose home folder, the argument's `HOME`, was empty, and prints what lies there afterwards."""
import os
import pathlib

from jupyter_client.manager import start_new_kernel

cells = [
    # A thread that loads the engine by itself, before anything of spanlab is imported: what a cell starts is not spanlab's to watch.
    """import { Worker } from 'node:worker_threads';
import { createRequire } from 'node:module';
const engine = createRequire(require.resolve('spanlab')).resolve('onnxruntime-node');
await new Promise((done, fail) => {
  const worker = new Worker(`require(${JSON.stringify(engine)}).InferenceSession.create(Buffer.from('no model')).catch(() => 0)`, { eval: true });
  worker.on('exit', done).on('error', fail);
});""",
    """import { drawSynthetic, fitDetector } from 'spanlab';
const images = [0, 1, 2, 3].map((seed) => drawSynthetic('nut', { seed, size: 64 }).image);
const detector = await fitDetector(images, { size: 64, engine: 'onnx' });
detector.training.length""",
]
manager, client = start_new_kernel(kernel_name="spanlab")
for cell in cells:
    reply = client.execute_interactive(cell, timeout=120, output_hook=lambda message: None)["content"]
    assert reply["status"] == "ok", reply
client.stop_channels()
manager.shutdown_kernel()
home = pathlib.Path(os.environ["HOME"])
print("\n".join(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()))
