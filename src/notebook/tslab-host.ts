import { join } from 'node:path';
import type { KernelHost } from './host';

/** The part of tslab's kernel through which outputs are shown. */
interface TslabJupyter {
  lastWriteDisplayData?: (content: object, update?: boolean) => void;
}

const kernelFile = join('tslab', 'dist', 'jupyter.js');

/**
 * The unmodified kernel of tslab as a host, where this code runs in it: it shows figures, images and tables, and has no controls. The
 * kernel may run from another copy of tslab than the one beside spanlab, so the loaded modules are searched for it.
 */
export function tslabHost(): KernelHost | undefined {
  const running = Object.values(require.cache).find(
    (module) =>
      module?.filename.endsWith(kernelFile) && (module.exports as TslabJupyter).lastWriteDisplayData,
  );
  if (!running) return undefined;
  return {
    display: (bundle, { displayId, update = false } = {}) =>
      (running.exports as TslabJupyter).lastWriteDisplayData!(
        { data: bundle, metadata: {}, transient: displayId ? { display_id: displayId } : {} },
        update,
      ),
    input: async () => {
      throw new Error("tslab's kernel cannot ask for input: use the spanlab kernel (`npx spanlab install`)");
    },
    signal: new AbortController().signal,
  };
}
