import { checkFraming, type RgbImage } from '../images';
import { createFeatureMatrix } from '../matrix';
import { compileNetwork, type EngineName } from './engines/compile-network';
import type { FeatureMaps } from './feature-maps';
import { inferShapes, type Network } from './network';
import { type PatchFeatureOptions, withPatchFeatures } from './patch-features';

/** Parameters of {@link createExtractor}. */
export interface ExtractorOptions extends PatchFeatureOptions {
  /** Side of the square images, in pixels. Default 224. */
  size?: number;
  /** Default `auto`. */
  engine?: EngineName;
}

/** A network ready to give patch features of images of one size. */
export interface Extractor {
  /** Name of the engine in use. */
  engine: string;
  size: number;
  /** Shape of the maps per hierarchy level. */
  levels: readonly { level: number; channels: number; height: number; width: number }[];
  /**
   * Features of a batch of images, one entry per level.
   *
   * @throws RangeError when an image is not `size x size`
   */
  extract(images: readonly RgbImage[]): Promise<FeatureMaps[]>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/**
 * Compiles a network with PatchCore's patch features, for images of one size.
 *
 * @param network e.g. of {@link loadBackbone}
 * @param options the images' size, the levels, the neighbourhood that a patch feature averages, and the engine
 * @returns the extractor; `dispose` frees its native memory
 * @see Roth et al., CVPR 2022, section 3.1, for patch features
 * @example
 * ```ts
 * const extractor = await createExtractor(await loadBackbone('scattering'), { size: 64, levels: [1, 2] });
 * const [level1, level2] = await extractor.extract([drawSynthetic('nut', { size: 64 }).image]);
 * [level1.width, level2.width, level1.features.rows] // [16, 8, 256]
 * ```
 * @throws RangeError when a level, the neighbourhood or the size is out of range; Error when the engine does not load
 */
export async function createExtractor(network: Network, options: ExtractorOptions = {}): Promise<Extractor> {
  const { size } = checkFraming({ size: options.size });
  const image = { height: size, width: size };
  const patches = withPatchFeatures(network, options);
  const shapes = inferShapes(patches, image);
  const engine = await compileNetwork(patches, image, options.engine);
  return {
    engine: engine.name,
    size,
    levels: patches.outputs.map(({ level, node }) => ({ level, ...shapes.get(node)! })),
    async extract(images) {
      const outputs = await engine.run(toPlanes(images, size), images.length);
      return outputs.map(({ count, height, width, channels, data }, index) => ({
        level: patches.outputs[index].level,
        count,
        height,
        width,
        features: createFeatureMatrix(count * height * width, channels, data),
      }));
    },
    dispose: () => engine.dispose(),
  };
}

function toPlanes(images: readonly RgbImage[], size: number): Float32Array {
  const plane = size * size;
  const planes = new Float32Array(images.length * 3 * plane);
  images.forEach(({ width, height, data }, index) => {
    if (width !== size || height !== size) {
      throw new RangeError(
        `image ${index} is ${width}x${height}; the extractor takes ${size}x${size}: decode with that size`,
      );
    }
    const [red, green, blue] = [0, 1, 2].map((channel) => (index * 3 + channel) * plane);
    for (let pixel = 0, from = 0; pixel < plane; pixel++, from += 3) {
      planes[red + pixel] = data[from];
      planes[green + pixel] = data[from + 1];
      planes[blue + pixel] = data[from + 2];
    }
  });
  return planes;
}
