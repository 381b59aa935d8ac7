import { onnxRuntime, sessionOptions } from '../../matrix';
import { inferShapes, type Network } from '../network';
import type { Engine } from './engine';
import { buildOnnxModel } from './onnx-model';

/**
 * Compiles a network for ONNX Runtime; the model is built in memory.
 *
 * @throws Error when ONNX Runtime does not load here
 */
export async function compileOnnx(
  network: Network,
  image: { height: number; width: number },
): Promise<Engine> {
  const { InferenceSession, Tensor } = await onnxRuntime.get()();
  const shapes = inferShapes(network, image);
  const session = await InferenceSession.create(buildOnnxModel(network, image), sessionOptions);
  return {
    name: 'onnx',
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
