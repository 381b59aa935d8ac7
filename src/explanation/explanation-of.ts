import { fileNameOf } from '../base';
import { type FeatureMaps, levelWords } from '../features';
import type { RgbImage, Sample } from '../images';
import { crop, enlarge } from '../plots';
import { explainPosition, type LevelReconstruction, type Place, type Reconstructor } from '../reconstruction';
import type { ExplainedPart, PicturedExplanation } from './pictured-explanation';
import { photoUrl } from './picture-url';

/** The largest number of exemplars that are shown. */
const shownParts = 6;
/** Positions around a patch that its picture shows, along each axis. */
const reach = 3;

/** The data from which a position is explained. */
export interface Explained {
  reconstructor: Reconstructor;
  /** The image's features at all levels. */
  maps: readonly FeatureMaps[];
  rebuilt: LevelReconstruction;
  image: RgbImage;
  /** Nominal samples; origins count them. */
  training: readonly Sample[];
  /** Decodes a nominal image as the network sees it. */
  decode: (sample: Sample) => Promise<RgbImage>;
}

/** Row and column of the position of a level that looks nearest to a point, given as fractions of the sides. */
export function positionAt(
  { width, height, placement }: Pick<LevelReconstruction, 'width' | 'height' | 'placement'>,
  { x, y }: { x: number; y: number },
): { row: number; column: number } {
  const index = (value: number, count: number, { first, step } = { first: 0.5 / count, step: 1 / count }) =>
    Math.min(count - 1, Math.max(0, Math.round((value - first) / step)));
  return { row: index(y, height, placement?.y), column: index(x, width, placement?.x) };
}

/** A position as an equation of patches, with their pictures. */
export async function explanationOf(
  explained: Explained,
  point: { x: number; y: number },
): Promise<PicturedExplanation> {
  const { reconstructor, maps, rebuilt, image, training } = explained;
  const place = positionAt(rebuilt, point);
  const { parts, residual, nearest } = await explainPosition(reconstructor, maps, rebuilt, place);
  const patchOf = async ({ image: index, row, column }: Place) => ({
    picture: await patchUrl(await explained.decode(training[index]), rebuilt, { row, column }),
    name: `${fileNameOf(training[index].path)}, row ${row}, column ${column}`,
  });
  const shown: ExplainedPart[] = [];
  for (const { coefficient, without, ...origin } of parts.slice(0, shownParts))
    shown.push({ ...(await patchOf(origin)), coefficient, without });
  const { granularity, level } = rebuilt;
  return {
    title: `${granularity}, ${levelWords(level)}: row ${place.row}, column ${place.column}`,
    target: await patchUrl(image, rebuilt, place),
    parts: shown,
    count: parts.length,
    residual,
    isOfWholeImage: granularity === 'image',
    nearest: nearest ? { ...(await patchOf(nearest)), distance: nearest.distance } : undefined,
  };
}

/** The surroundings of a position, enlarged, with the position's cell in the middle. */
function patchUrl(
  image: RgbImage,
  { width, height, placement }: LevelReconstruction,
  { row, column }: { row: number; column: number },
): Promise<string> {
  const stride = image.width / width;
  const x = placement ? placement.x.first + column * placement.x.step : (column + 0.5) / width;
  const y = placement ? placement.y.first + row * placement.y.step : (row + 0.5) / height;
  const size = Math.max(8, Math.round(reach * stride));
  const left = Math.round(x * image.width - size / 2);
  const top = Math.round(y * image.height - size / 2);
  return photoUrl(enlarge(crop(image, { left, top, size }), Math.max(1, Math.round(72 / size))));
}
