import type { Network } from './network';
import { gluonResNet50V2 } from './networks/gluon-resnet50-v2';
import { type ResNetName, resNet, resNetNames } from './networks/resnet';
import { scatteringNetwork } from './networks/scattering';
import { readSafetensors } from './safetensors';

/** A feature extractor by name: the weight-free `scattering`, or one that needs a weights file. */
export type BackboneName = 'scattering' | 'resnet50_v2' | ResNetName;

export const backboneNames: readonly BackboneName[] = ['scattering', 'resnet50_v2', ...resNetNames];

/**
 * The network of a backbone.
 *
 * @param name `scattering`, `resnet50_v2` (weights in Gluon's naming), or `resnet18`, `resnet34`, `resnet50`,
 *   `wide_resnet50_2` (weights in torchvision's or timm's naming)
 * @param weightsPath a safetensors file; required by every backbone but `scattering`
 * @throws Error when the name is unknown, the weights are missing, not whole, or another network's
 */
export async function loadBackbone(name: BackboneName, weightsPath?: string): Promise<Network> {
  if (!backboneNames.includes(name)) {
    throw new Error(`backbone is ${name}; expected one of ${backboneNames.join(', ')}`);
  }
  if (name === 'scattering') {
    if (weightsPath) throw new Error(`backbone scattering takes no weights, but ${weightsPath} was given`);
    return scatteringNetwork();
  }
  if (!weightsPath) {
    throw new Error(
      `backbone ${name} needs weights: give a safetensors file (\`spanlab fetch\` lists those it can download), or use scattering`,
    );
  }
  const weights = await readSafetensors(weightsPath);
  return name === 'resnet50_v2' ? gluonResNet50V2(weights) : resNet(name, weights);
}
