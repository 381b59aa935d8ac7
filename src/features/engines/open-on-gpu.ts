import { type OnnxRuntime, type OnnxSession, sessionOptions } from '../../matrix';

/** ONNX Runtime's execution providers for GPUs, the fastest first. */
const providers = ['cuda', 'webgpu'] as const;

/**
 * Opens a model on a GPU: NVIDIA's by CUDA where the provider's libraries are installed, else any by WebGPU.
 *
 * @returns the session, and the engine's name, `onnx (cuda)` or `onnx (webgpu)`
 * @throws Error with each provider's reason when none finds a GPU
 */
export async function openOnGpu(
  { InferenceSession }: OnnxRuntime,
  model: Uint8Array,
): Promise<{ name: string; session: OnnxSession }> {
  const reasons: string[] = [];
  for (const provider of providers) {
    const options = { ...sessionOptions, executionProviders: [provider] };
    try {
      const session = await InferenceSession.create(model, options);
      return { name: `onnx (${provider})`, session };
    } catch (error) {
      reasons.push(`${provider}: ${lastLine((error as Error).message)}`);
    }
  }
  throw new Error(
    `no GPU is ready for ONNX Runtime here (${reasons.join('; ')}); install the GPU's driver, with CUDA also the provider's libraries, or leave the engine to auto, which takes the processor`,
  );
}

/** What a message says after places in source code, which ONNX Runtime puts before it. */
function lastLine(message: string): string {
  const [line] = message.split('\n').filter(Boolean);
  return line
    .replace(/^.* was false\. /, '')
    .replace(/^\w+: /, '')
    .trim();
}
