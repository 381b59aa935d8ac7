import { type BackboneName, backboneNetwork, type Network } from '../features';
import { readSafetensors } from './read-safetensors';

/**
 * The network of a backbone, with weights from a file.
 *
 * @param name `scattering`, `resnet50_v2` (weights in Gluon's naming), or `resnet18`, `resnet34`, `resnet50`,
 *   `wide_resnet50_2` (weights in torchvision's or timm's naming)
 * @param weightsPath a safetensors file; required by every backbone but `scattering`
 * @throws RangeError when the name is unknown; Error when the weights are missing, not whole, or another network's
 * @example
 * ```ts
 * const network = await loadBackbone('scattering');
 * network.name // 'scattering'
 * ```
 */
export async function loadBackbone(name: BackboneName, weightsPath?: string): Promise<Network> {
  return backboneNetwork(name, weightsPath ? await readSafetensors(weightsPath) : undefined);
}
