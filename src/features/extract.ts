import { integerIn, invalid } from '../base';
import { checkFraming, type ImageSize, type RgbImage, type Size } from '../images';
import { createFeatureMatrix } from '../matrix';
import { compileNetwork, type EngineName } from './engines/compile-network';
import type { Engine, EngineOutput } from './engines/engine';
import type { FeatureMaps, Placement } from './feature-maps';
import { inferShapes, type Network, type NetworkOutput } from './network';
import { type PatchFeatureOptions, withPatchFeatures } from './patch-features';
import { runTiles, type TileOptions } from './run-tiles';

/** Parameters of {@link createExtractor}. */
export interface ExtractorOptions extends PatchFeatureOptions {
  /** Size of the images, in pixels; a number is the side of a square. Default 224. */
  size?: ImageSize;
  /** The engine that runs the network. Default `auto`. */
  engine?: EngineName;
  /** Side of the tiles that larger images are cut into, in pixels, a multiple of the coarsest level's stride. Default: no tiles. */
  tile?: number;
  /** How far a tile reaches beyond the part of it that is kept, in pixels. Default 160, or the largest overlap that the tile allows. */
  overlap?: number;
}

/** Half the receptive field of the embedded network's level 3: tiles that overlap by as much are seamless. */
const usualOverlap = 160;

/** The shape of a hierarchy level's maps, and where their positions look. */
export interface ExtractorLevel {
  level: number;
  channels: number;
  height: number;
  width: number;
  placement: Placement;
}

/** A network ready to give patch features of images of one size. */
export interface Extractor {
  /** Name of the engine in use. */
  engine: string;
  size: Size;
  levels: readonly ExtractorLevel[];
  /**
   * Features of a batch of images, one entry per level.
   *
   * @throws RangeError when an image has another size
   */
  extract(images: readonly RgbImage[]): Promise<FeatureMaps[]>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/**
 * Compiles a network with PatchCore's patch features, for images of one size.
 *
 * @param network e.g. of {@link loadBackbone}
 * @param options the images' size, the levels, the neighbourhood that a patch feature averages, the engine, and tiles for images
 *   that are larger than the network should see at once
 * @returns the extractor; `dispose` frees its native memory
 * @see Roth et al., CVPR 2022, section 3.1, for patch features
 * @example
 * ```ts
 * const extractor = await createExtractor(await loadBackbone('scattering'), { size: 64, levels: [1, 2] });
 * const [level1, level2] = await extractor.extract([drawSynthetic('nut', { size: 64 }).image]);
 * [level1.width, level2.width, level1.features.rows] // [16, 8, 256]
 * ```
 * @throws RangeError when a level, the neighbourhood, the size or the tile is out of range; Error when the engine does not load
 */
export async function createExtractor(network: Network, options: ExtractorOptions = {}): Promise<Extractor> {
  const { size, patches, levels } = planOf(network, options);
  const tiles = tilesOf(size, patches.outputs, options);
  const engine = await compileNetwork(
    patches,
    tiles ? { width: tiles.tile, height: tiles.tile } : size,
    options.engine,
  );
  const run = tiles ? runTiles(engine, patches.outputs, { size, ...tiles }) : runWhole(engine, size);
  return {
    engine: engine.name,
    size,
    levels,
    async extract(images) {
      checkImages(images, size);
      const outputs = await run(images);
      return outputs.map(({ count, height: rows, width: columns, channels, data }, index) => ({
        level: levels[index].level,
        count,
        height: rows,
        width: columns,
        placement: levels[index].placement,
        features: createFeatureMatrix(count * rows * columns, channels, data),
      }));
    },
    dispose: () => engine.dispose(),
  };
}

/** The levels that {@link createExtractor} would give, without compiling the network. */
export function extractorLevels(network: Network, options: ExtractorOptions = {}): ExtractorLevel[] {
  return planOf(network, options).levels;
}

function planOf(network: Network, options: ExtractorOptions) {
  const { width, height } = checkFraming({ size: options.size });
  const size = { width, height };
  const patches = withPatchFeatures(network, options);
  const shapes = inferShapes(patches, size);
  const levels = patches.outputs.map(({ level, node, image = 'image', stride, offset }): ExtractorLevel => {
    const seen = shapes.get(image)!;
    const placement = {
      x: placementOf(stride, offset, seen.width),
      y: placementOf(stride, offset, seen.height),
    };
    return { level, ...shapes.get(node)!, placement };
  });
  return { size, patches, levels };
}

function placementOf(stride: number, offset: number, side: number) {
  return { first: (offset + 0.5) / side, step: stride / side };
}

/** The tiles that an image is cut into; none where it fits into one. */
function tilesOf(
  { width, height }: Size,
  outputs: readonly NetworkOutput[],
  options: ExtractorOptions,
): TileOptions | undefined {
  const { tile } = options;
  if (tile === undefined || Math.max(width, height) <= tile) return undefined;
  if (outputs.some(({ image }) => image)) throw invalid({ tile }, 'no tiles with several scales');
  const stride = outputs.reduce((largest, output) => Math.max(largest, output.stride), 1);
  integerIn(
    { tile },
    [stride, Math.min(width, height)],
    'from the coarsest stride to the shorter side of the image',
  );
  const largest = Math.floor((tile - stride) / 2 / stride) * stride;
  const { overlap = Math.min(usualOverlap, largest) } = options;
  integerIn({ overlap }, [0, Math.floor((tile - stride) / 2)], 'less than half a tile');
  for (const [name, value] of Object.entries({ tile, overlap, 'image width': width, 'image height': height }))
    if (value % stride !== 0)
      throw invalid(
        { [name]: value },
        `a multiple of ${stride}, the stride of the coarsest level, with tiles`,
      );
  return { tile, overlap };
}

function runWhole(
  engine: Engine,
  { width, height }: Size,
): (images: readonly RgbImage[]) => Promise<EngineOutput[]> {
  const values = width * height * 3;
  let spare = new Float32Array(0);
  return async (images) => {
    const length = images.length * values;
    const memory = spare.length < length ? new Float32Array(length) : spare;
    spare = new Float32Array(0);
    images.forEach(({ data }, index) => memory.set(data, index * values));
    const outputs = await engine.run(memory.subarray(0, length), images.length);
    spare = memory;
    return outputs;
  };
}

function checkImages(images: readonly RgbImage[], size: Size): void {
  images.forEach(({ width, height }, index) => {
    if (width !== size.width || height !== size.height) {
      throw new RangeError(
        `image ${index} is ${width}x${height}; the extractor takes ${size.width}x${size.height}: decode with that size`,
      );
    }
  });
}
