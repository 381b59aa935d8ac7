import {
  type Dataset,
  type DefectName,
  defectNames,
  drawSynthetic,
  type Sample,
  type SurfaceName,
} from '../../images';
import { byteImageOf } from '../../images/frame-image';
import type { Source } from './image-shelf';

const [nominalCount, goodCount, perDefect] = [24, 5, 2];
/** Side of the pictures, in pixels. */
const side = 256;

/** A set of the page's own: nominal images of a surface, and good and damaged ones to check, with exact masks. */
export function exampleSet(surface: SurfaceName): { dataset: Dataset; sources: Map<string, Source> } {
  const sources = new Map<string, Source>();
  const samples: Sample[] = [];
  const add = (split: Sample['split'], defect: DefectName | 'good', index: number) => {
    const path = `${defect}-${String(index).padStart(3, '0')}${split === 'train' ? '-nominal' : ''}.png`;
    const kind = defect === 'good' ? undefined : defect;
    const { image, mask } = drawSynthetic(surface, { seed: 1000 + samples.length, size: side, defect: kind });
    sources.set(path, { image: byteImageOf(image), mask });
    samples.push({ path, split, label: kind ? 'anomalous' : 'nominal', defect, maskPath: null });
  };
  for (let index = 0; index < nominalCount; index++) add('train', 'good', index);
  for (let index = 0; index < goodCount; index++) add('test', 'good', index);
  for (const defect of defectNames)
    for (let index = 0; index < perDefect; index++) add('test', defect, index);
  return { dataset: { name: surface, samples }, sources };
}
