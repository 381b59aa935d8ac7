import { onnxRuntime, sessionOptions } from '../../matrix';
import { inferShapes, type Network } from '../network';
import type { Engine } from './engine';
import { buildOnnxModel } from './onnx-model';
import { openOnGpu } from './open-on-gpu';

/**
 * Compiles a network for ONNX Runtime; the model is built in memory.
 *
 * @param isOnGpu whether a GPU runs it, else the processor
 * @throws Error when ONNX Runtime does not load here, or no GPU is ready for it
 */
export async function compileOnnx(
  network: Network,
  image: { height: number; width: number },
  isOnGpu = false,
): Promise<Engine> {
  const runtime = await onnxRuntime.get()();
  const { InferenceSession, Tensor } = runtime;
  const shapes = inferShapes(network, image);
  const model = buildOnnxModel(network, image);
  const { name, session } = isOnGpu
    ? await openOnGpu(runtime, model)
    : { name: 'onnx', session: await InferenceSession.create(model, sessionOptions) };
  return {
    name,
    async run(images, count) {
      const input = new Tensor('float32', images, [count, image.height, image.width, 3]);
      const results = await session.run({ rgb: input });
      return network.outputs.map(({ level, node }) => {
        const { channels, height, width } = shapes.get(node)!;
        return { count, height, width, channels, data: results[`level${level}`].data as Float32Array };
      });
    },
    dispose: () => session.release(),
  };
}
