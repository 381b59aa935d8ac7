import { createPort, oneOf } from '../base';
import type { Weights } from '../matrix';
import type { Network } from './network';
import { dinov2Small } from './networks/dinov2';
import {
  efficientNetLite,
  type EfficientNetLiteName,
  efficientNetLiteNames,
} from './networks/efficientnet-lite';
import { gluonResNet50V2 } from './networks/gluon-resnet50-v2';
import { resNet, type ResNetName, resNetNames } from './networks/resnet';
import { scatteringNetwork } from './networks/scattering';

/** A feature extractor by name: one whose weights come with the package, the weight-free `scattering`, or one that needs weights. */
export type BackboneName = EfficientNetLiteName | 'scattering' | 'resnet50_v2' | 'dinov2_small' | ResNetName;

export const backboneNames: readonly BackboneName[] = [
  ...efficientNetLiteNames,
  'scattering',
  'resnet50_v2',
  'dinov2_small',
  ...resNetNames,
];

/** Whether a backbone's weights come with the package. */
export function isEmbedded(name: BackboneName): name is EfficientNetLiteName {
  return (efficientNetLiteNames as readonly BackboneName[]).includes(name);
}

/** Gives the weights that come with the package, those of `efficientnet_lite0` or `efficientnet_lite2` in `data/backbones`. */
export const embeddedWeights = createPort<(name: EfficientNetLiteName) => Promise<Weights>>(
  'the embedded weights of a backbone',
);

/**
 * The network of a backbone.
 *
 * @param name `efficientnet_lite0`, `efficientnet_lite2`, `scattering`, `resnet50_v2` (weights in Gluon's naming), `dinov2_small` (weights in timm's or
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
  if (isEmbedded(name)) return efficientNetLite(name, weights);
  if (name === 'dinov2_small') return dinov2Small(weights);
  return name === 'resnet50_v2' ? gluonResNet50V2(weights) : resNet(name, weights);
}
