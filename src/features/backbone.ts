import { createPort, oneOf } from '../base';
import type { Weights } from '../matrix';
import type { Network } from './network';
import { dinov2Small } from './networks/dinov2';
import { efficientNetLite0 } from './networks/efficientnet-lite0';
import { gluonResNet50V2 } from './networks/gluon-resnet50-v2';
import { resNet, type ResNetName, resNetNames } from './networks/resnet';
import { scatteringNetwork } from './networks/scattering';

/** A feature extractor by name: one whose weights come with the package, the weight-free `scattering`, or one that needs weights. */
export type BackboneName = 'efficientnet_lite0' | 'scattering' | 'resnet50_v2' | 'dinov2_small' | ResNetName;

export const backboneNames: readonly BackboneName[] = [
  'efficientnet_lite0',
  'scattering',
  'resnet50_v2',
  'dinov2_small',
  ...resNetNames,
];

/** Gives the weights that come with the package, `data/backbones/efficientnet-lite0.safetensors`. */
export const embeddedWeights = createPort<() => Promise<Weights>>(
  'the embedded weights of efficientnet_lite0',
);

/**
 * The network of a backbone.
 *
 * @param name `efficientnet_lite0`, `scattering`, `resnet50_v2` (weights in Gluon's naming), `dinov2_small` (weights in timm's or
 *   Hugging Face's naming), or `resnet18`, `resnet34`, `resnet50`,
 *   `wide_resnet50_2` (weights in torchvision's or timm's naming)
 * @param weights required by every backbone but `scattering`, which takes none
 * @throws RangeError when the name is unknown; Error when the weights are missing, not needed, or another network's
 * @example
 * ```ts
 * backboneNetwork('scattering').outputs.map(({ level }) => level) // [1, 2, 3]
 * ```
 */
export function backboneNetwork(name: BackboneName, weights?: Weights): Network {
  oneOf({ backbone: name }, backboneNames);
  if (name === 'scattering') {
    if (weights) throw new Error(`backbone scattering takes no weights, but ${weights.source} was given`);
    return scatteringNetwork();
  }
  if (!weights) {
    throw new Error(
      `backbone ${name} needs weights: give a safetensors file (\`spanlab fetch\` lists those it can download), or use scattering`,
    );
  }
  if (name === 'efficientnet_lite0') return efficientNetLite0(weights);
  if (name === 'dinov2_small') return dinov2Small(weights);
  return name === 'resnet50_v2' ? gluonResNet50V2(weights) : resNet(name, weights);
}
