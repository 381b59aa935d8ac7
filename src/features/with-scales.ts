import type { Network, NetworkNode, NetworkOutput } from './network';

/** More than the hierarchy levels of any network: the levels of the i-th scale are numbered from this, times i. */
const levelsPerScale = 10;

/** The number that a hierarchy level has among those of several scales: itself at the first one, 12 for level 2 at the second. */
function levelAtScale(level: number, scale: number): number {
  return level + levelsPerScale * scale;
}

/** The numbers of hierarchy levels at several scales: 12 for level 2 at the second one; those of a scale follow each other. */
export function levelsAtScales(levels: readonly number[], scales: readonly number[]): number[] {
  return scales.flatMap((_, scale) => levels.map((level) => levelAtScale(level, scale)));
}

/** A level's number in words: `level 2`, or `level 2 at scale 2`. */
export function levelWords(level: number): string {
  const scale = Math.floor(level / levelsPerScale);
  const own = `level ${level % levelsPerScale}`;
  return scale > 0 ? `${own} at scale ${scale + 1}` : own;
}

/**
 * A network that also sees the image reduced: its nodes once for every scale, and the levels of each scale one after the other, numbered as
 * {@link levelsAtScales} says. The sides of a reduced image are multiples of the network's largest stride.
 *
 * @param scales factors of the image's sides, the first one 1, descending, above 0
 */
export function withScales(network: Network, scales: readonly number[]): Network {
  const step = network.outputs.reduce((largest, { stride }) => Math.max(largest, stride), 1);
  const nodes: NetworkNode[] = [...network.nodes];
  const outputs: NetworkOutput[] = [...network.outputs];
  for (const [index, scale] of scales.entries()) {
    if (index === 0) continue;
    const own = (name: string) => `scale${index}.${name}`;
    const image = own('image');
    nodes.push({ op: 'reduce', name: image, input: 'image', scale, step });
    nodes.push(...network.nodes.map((node) => renamed(node, own)));
    for (const output of network.outputs)
      outputs.push({ ...output, level: levelAtScale(output.level, index), node: own(output.node), image });
  }
  return { ...network, nodes, outputs };
}

/** A node whose name and inputs are changed alike. */
function renamed(node: NetworkNode, own: (name: string) => string): NetworkNode {
  const named = { ...node, name: own(node.name) };
  if ('inputs' in node) return { ...named, inputs: node.inputs.map(own) } as NetworkNode;
  const likewise = 'like' in node ? { like: own(node.like) } : {};
  return { ...named, input: own(node.input), ...likewise } as NetworkNode;
}
