import { createHash } from 'node:crypto';
import { join, parse } from 'node:path';
import { escapeHtml } from '../base';
import { type Detector, mapFraming, type ScoredImage } from '../detector';
import { explainScored, explanationHtml } from '../explanation';
import {
  clipName,
  decodeImage,
  imageSize,
  writeFileAtomically,
  writeFloatTiff,
  writeMaskPng,
  writePng,
} from '../files';
import { frameInPhoto, maskOfRuns } from '../images';
import { predictionOverlay, tile } from '../plots';
import { defectRegions } from '../scoring';

/** Paths of the files of a scored image. */
interface ScoredFiles {
  overlay: string;
  map: string;
  mask: string;
  regions: string;
}

/**
 * Writes the files of a scored image: an overlay, the anomaly map as it was computed (TIFF of 32-bit floats), the mask of anomalous
 * pixels at the photo's size, and the defects as JSON in the photo's pixels. The photo is upright, as its EXIF orientation says.
 *
 * @throws Error naming the path when one cannot be written
 */
export async function writeScoredImage(
  folder: string,
  scored: ScoredImage,
  detector: Detector,
): Promise<ScoredFiles> {
  const { path, map, score, isAnomalous: anomalous, anomalousFraction } = scored;
  const { configuration, thresholds } = detector;
  const name = ownName(path);
  const fileOf = (extension: string) => join(folder, `${name}${extension}`);
  const files = {
    ...{ overlay: fileOf('.png'), map: fileOf('.tiff') },
    ...{ mask: fileOf('.mask.png'), regions: fileOf('.json') },
  };
  const photo = await imageSize(path);
  const frame = frameInPhoto(configuration, photo);
  const { ignore } = configuration;
  const ignored = ignore && maskOfRuns(ignore, { size: { width: ignore.width, height: ignore.height } });
  const { mask, regions } = await defectRegions(map, { photo, frame, ignored, threshold: thresholds.pixel });
  const record = {
    ...{ path, width: photo.width, height: photo.height, score, anomalous, anomalousFraction, thresholds },
    map: { width: map.width, height: map.height, frame },
    regions,
  };
  await writeOverlay(files.overlay, scored, detector);
  await writeFloatTiff(files.map, map);
  await writeMaskPng(files.mask, mask);
  await writeFileAtomically(files.regions, `${JSON.stringify(record)}\n`);
  return files;
}

/** The image beside its heat map with the prediction outlined. */
async function writeOverlay(file: string, { path, map }: ScoredImage, detector: Detector): Promise<void> {
  const { configuration, thresholds, heatRange } = detector;
  const image = await decodeImage(path, mapFraming(configuration), configuration);
  const look = { range: heatRange, threshold: thresholds.pixel };
  await writePng(file, tile([image, predictionOverlay(image, map, look)]));
}

/** Writes a page that explains the peak of the map, by every granularity, and returns its path. */
export async function writeExplanation(
  folder: string,
  scored: ScoredImage,
  detector: Detector,
): Promise<string> {
  const parts: string[] = [];
  for (const granularity of detector.configuration.granularities)
    parts.push(explanationHtml(await explainScored(detector, scored, { granularity })));
  const title = escapeHtml(scored.path);
  const file = join(folder, `${ownName(scored.path)}.html`);
  const head = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"><title>${title}</title></head>`;
  await writeFileAtomically(file, `${head}<body><h1>${title}</h1>${parts.join('')}</body></html>\n`);
  return file;
}

/** Files with the same name in several folders get different names. */
function ownName(path: string): string {
  const tag = createHash('sha256').update(path).digest('hex').slice(0, 8);
  return clipName(`${parse(path).name}-${tag}`, '.mask.png'.length);
}
