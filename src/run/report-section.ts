import { basename } from 'node:path';
import {
  type Detector,
  type Evaluation,
  mapFraming,
  modelOptionsOf,
  type SizedConfiguration,
} from '../detector';
import { explainScored, photoUrl, type PicturedExplanation } from '../explanation';
import { decodeImage, encodeMaskPng } from '../files';
import type { ReportCategory, ReportPicture } from '../browser/report/report-data';
import {
  type Figure,
  proFigure,
  rocFigure,
  samplingCostFigure,
  scoreHistogram,
  sparsityFigure,
} from '../plots';
import type { SkippedSample } from '../images';
import { granularities } from '../reconstruction';
import { greyPng } from './write-maps-and-overlays';

/** Kinds of defect that are explained per category. */
const mostExplained = 6;
/** Test images shown per category. */
const shownPerCategory = 36;

/** A category's figures and pictures, as the report shows them. */
export async function reportSection(
  detector: Detector,
  evaluation: Evaluation,
  onSkip: (skipped: SkippedSample) => void,
): Promise<ReportCategory> {
  const { heatRange: range } = detector;
  const pictures = await Promise.all(
    choosePictures(evaluation).map((index) =>
      pictureOf(evaluation, index, { range, configuration: detector.configuration }).catch((error: Error) =>
        onSkip({ path: evaluation.samples[index].path, reason: error.message }),
      ),
    ),
  );
  const figures = figuresOf(detector, evaluation);
  const explanations = await explanationsOf(detector, evaluation, onSkip);
  const { name, thresholds } = evaluation;
  return {
    name,
    figures,
    range,
    threshold: thresholds.pixel,
    pictures: pictures.filter((picture) => picture !== undefined),
    explanations,
  };
}

/** Explains the peak of one map per kind of defect: that of the image with the largest score. */
async function explanationsOf(
  detector: Detector,
  { samples, imageScores }: Evaluation,
  onSkip: (skipped: SkippedSample) => void,
): Promise<PicturedExplanation[]> {
  const largest = new Map<string, number>();
  samples.forEach(({ defect, label }, index) => {
    const known = largest.get(defect);
    if (label === 'anomalous' && (known === undefined || imageScores[index] > imageScores[known]))
      largest.set(defect, index);
  });
  const explanations: PicturedExplanation[] = [];
  const chosen = [...largest.values()].slice(0, mostExplained).map((index) => samples[index]);
  for await (const scored of detector.score(chosen, { onSkip })) {
    const { defect } = chosen.find(({ path }) => path === scored.path)!;
    const explanation = await explainScored(detector, scored);
    explanations.push({ ...explanation, title: `${defect} ${basename(scored.path)}: ${explanation.title}` });
  }
  return explanations;
}

function figuresOf({ configuration, reconstructors }: Detector, evaluation: Evaluation): Figure[] {
  const { name, samples, imageScores, pixel, image, nonzeros, thresholds } = evaluation;
  const labels = samples.map(({ label }) => label === 'anomalous');
  const costs = reconstructors.filter(({ sampling }) => sampling.costs.some(Number.isFinite));
  const isSparse = ['omp', 'lasso', 'elasticNet'].includes(configuration.solver?.name ?? '');
  const atoms = reconstructors.reduce(
    (sum, { origins, granularity, window }) =>
      sum + origins.length * granularities[granularity].atomsPerExemplar(window),
    0,
  );
  return [
    scoreHistogram({ scores: imageScores, labels }, { threshold: thresholds.image }),
    rocFigure({ ...(pixel && { pixels: pixel.roc }), ...(image && { images: image.roc }) }),
    ...(pixel ? [proFigure({ [name]: pixel.proCurve })] : []),
    ...costs.map(({ granularity, sampling }) => {
      const { sampler } = modelOptionsOf(configuration, granularity);
      const y =
        sampler === 'subspace' ? 'largest self-representation cost' : 'largest distance to an exemplar';
      return samplingCostFigure({ [`${sampler}, ${granularity}`]: sampling.costs }, { y });
    }),
    ...(isSparse ? [sparsityFigure(nonzeros, { atoms })] : []),
  ];
}

async function pictureOf(
  { samples, masks, maps, imageScores }: Evaluation,
  index: number,
  { range, configuration }: { range: readonly [number, number]; configuration: SizedConfiguration },
): Promise<ReportPicture> {
  const { path, defect } = samples[index];
  const mask = masks[index];
  return {
    name: basename(path),
    defect,
    score: imageScores[index],
    image: await photoUrl(await decodeImage(path, mapFraming(configuration), configuration)),
    map: `data:image/png;base64,${(await greyPng(maps[index], range)).toString('base64')}`,
    mask: mask?.data.includes(1)
      ? `data:image/png;base64,${(await encodeMaskPng(mask)).toString('base64')}`
      : undefined,
  };
}

/** Test images spread over the kinds of defect, and over their scores within a kind. */
function choosePictures({ samples, imageScores }: Evaluation): number[] {
  const kinds = new Map<string, number[]>();
  samples.forEach(({ defect }, index) => {
    kinds.set(defect, [...(kinds.get(defect) ?? []), index]);
  });
  const perKind = Math.max(2, Math.floor(shownPerCategory / Math.max(1, kinds.size)));
  return [...kinds.values()].flatMap((indices) => {
    const ordered = [...indices].sort((a, b) => imageScores[b] - imageScores[a]);
    if (ordered.length <= perKind) return ordered;
    return Array.from(
      { length: perKind },
      (_, place) => ordered[Math.floor((place * (ordered.length - 1)) / (perKind - 1))],
    );
  });
}
