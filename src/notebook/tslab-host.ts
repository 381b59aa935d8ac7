import { join } from 'node:path';
import type { KernelHost } from './host';

/** What of tslab's kernel shows something. */
interface TslabJupyter {
  lastWriteDisplayData?: (content: object, update?: boolean) => void;
}

const ownFile = join('tslab', 'dist', 'jupyter.js');

/**
 * The unmodified kernel of tslab as a host, where this code runs in it: it shows figures, images and tables, and has no controls. The
 * tslab that runs the kernel may be another one than that beside spanlab, so it is looked for among the loaded modules.
 */
export function tslabHost(): KernelHost | undefined {
  const running = Object.values(require.cache).find(
    (module) => module?.filename.endsWith(ownFile) && (module.exports as TslabJupyter).lastWriteDisplayData,
  );
  if (!running) return undefined;
  return {
    display: (bundle, { displayId, update = false } = {}) =>
      (running.exports as TslabJupyter).lastWriteDisplayData!(
        { data: bundle, metadata: {}, transient: displayId ? { display_id: displayId } : {} },
        update,
      ),
    input: async () => {
      throw new Error("tslab's kernel asks for no input: use the spanlab kernel (`npx spanlab install`)");
    },
    signal: new AbortController().signal,
  };
}
