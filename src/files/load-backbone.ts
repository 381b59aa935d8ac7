import { join } from 'node:path';
import { networkOf } from '../detector';
import type { BackboneName, EfficientNetLiteName, Network } from '../features';

/** The weights of a backbone that come with the package. */
export function embeddedWeightsPath(name: EfficientNetLiteName): string {
  return join(__dirname, '..', '..', 'data', 'backbones', `${name.replace('_', '-')}.safetensors`);
}

/**
 * The network of a backbone, with weights from a file.
 *
 * @param name `efficientnet_lite0` or `efficientnet_lite2` (their weights come with the package), `scattering` (it has none), `resnet50_v2` (weights in
 *   Gluon's naming), or `resnet18`, `resnet34`, `resnet50`, `wide_resnet50_2` (weights in torchvision's or timm's naming)
 * @param weightsPath a safetensors file, where the backbone needs one
 * @throws RangeError when the name is unknown; Error when the weights are missing, not whole, or another network's
 * @example
 * ```ts
 * const network = await loadBackbone('efficientnet_lite0');
 * network.outputs.map(({ channels }) => channels) // [24, 40, 112]
 * ```
 */
export function loadBackbone(name: BackboneName, weightsPath?: string): Promise<Network> {
  return networkOf({ backbone: name, weights: weightsPath });
}
