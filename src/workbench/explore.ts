import { randomUUID } from 'node:crypto';
import { jsonForScript } from '../base';
import { type Configuration, configure } from '../detector';
import type { Dataset } from '../images';
import { hiddenField, kernelHost, showWidget, tellMissingControls } from '../notebook';
import { createPipeline } from '../pipeline';
import { folderFeatureStore } from '../files';
import { builtFile } from '../platform/built-file';
import { messageKinds, type Messages } from './messages';
import { saveDetector } from './save-detector';
import { openSession } from './session';

/**
 * Shows the workbench under the running cell: every parameter as a control, the chosen test image from its features to its map,
 * all test images by their score, the threshold to drag, an explanation of any position that is clicked, and a pinned
 * configuration to compare with. A change computes only what lies downstream of it, and a newer change stops an older one. Under
 * another kernel, such as tslab's, it shows the first picture and all scores, and what the page itself can move: threshold, opacity
 * and zoom.
 *
 * @param dataset e.g. of {@link openDatasets}
 * @param changes the parameters that are to differ from {@link configure}'s defaults when it opens
 * @returns a promise of the first picture and all scores
 * @throws Error outside a notebook; RangeError when a parameter is out of range
 * @example
 * ```ts
 * const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
 * (await explore(nut, { backbone: 'scattering', size: 64 })) === undefined // true
 * ```
 */
export async function explore(dataset: Dataset, changes: Partial<Configuration> = {}): Promise<void> {
  const id = randomUUID();
  const host = kernelHost();
  const send = <Kind extends keyof Messages>(kind: Kind, message: Messages[Kind]) =>
    host.display(
      { 'text/html': messageScript(id, kind, message), 'text/plain': '' },
      { displayId: `${id}-${kind}`, update: true },
    );
  host.display({ 'text/html': pageHtml(id), 'text/plain': 'The workbench needs a page that runs scripts.' });
  // Outputs that come after the cell has ended can only take the places of those that it made.
  for (const kind of messageKinds)
    host.display({ 'text/html': '', 'text/plain': '' }, { displayId: `${id}-${kind}` });
  const session = await openSession({
    dataset,
    base: configure(changes),
    pipelineWith: (onComputed) => createPipeline(dataset, { onComputed, store: folderFeatureStore() }),
    send,
    save: saveDetector,
  });
  if (host.openComm) {
    const field = hiddenField(`spanlab-request-${id}`, (text) => void session.receive(text));
    showWidget(field);
  } else tellMissingControls(host);
  await session.handle({ type: 'show', values: session.defaults, image: session.first });
}

function pageHtml(id: string): string {
  const script = builtFile('workbench/main.js').replaceAll('</script', '<\\/script');
  return `<div id="spanlab-workbench-${id}"></div><style>${builtFile('workbench/workbench.css')}</style><script>${script}
window.spanlabOpenWorkbench('${id}', document.getElementById('spanlab-workbench-${id}'));</script>`;
}

function messageScript(id: string, kind: string, message: object): string {
  return `<script>(async () => {
  while (!window.spanlabWorkbenches?.['${id}']) await new Promise((resolve) => setTimeout(resolve, 50));
  window.spanlabWorkbenches['${id}'].receive('${kind}', ${jsonForScript(message)});
})();</script>`;
}
