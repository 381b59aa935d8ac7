import type { EngineName } from '../features';
import { onnxRuntime } from '../matrix';

/** Says on standard error that ONNX Runtime does not load here, unless an engine was asked for. */
export async function tellMissingEngine(engine: EngineName | undefined): Promise<void> {
  if (engine !== undefined) return;
  const isThere = await onnxRuntime
    .get()()
    .then(
      () => true,
      () => false,
    );
  if (isThere) return;
  console.error(
    'onnxruntime-node does not load here, so networks run on TensorFlow.js, which takes longer; `npm install onnxruntime-node --onnxruntime-node-install=skip` installs it',
  );
}
