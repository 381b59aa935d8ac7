import { defectNames } from '../../images/synthetic/defects';
import { surfaceNames } from '../../images/synthetic/surfaces';
import { toyModelNames } from '../../subspace/toy-models';

/** A control of a chapter: a slider, or a choice. */
export type ChapterControl = { name: string; label: string } & (
  { min: number; max: number; step: number; value: number } | { options: readonly string[]; value: string }
);

/** A chapter of the article: a computation, its controls, and the height of its figures. */
export interface Chapter {
  /** The id of its section in the page, and its computation's name. */
  id: string;
  controls: readonly ChapterControl[];
  /** Pixels. */
  height: number;
  /** The label of the button that starts it; absent where it runs by itself. */
  start?: string;
}

const seed: ChapterControl = { name: 'seed', label: 'seed', min: 0, max: 20, step: 1, value: 1 };
const surface: ChapterControl = {
  ...{ name: 'surface', label: 'surface', options: surfaceNames, value: 'capsule' },
};

export const chapters: readonly Chapter[] = [
  {
    id: 'search',
    height: 440,
    controls: [
      { name: 'picks', label: 'picks', min: 1, max: 6, step: 1, value: 1 },
      { name: 'lambda', label: 'λ', min: 5, max: 200, step: 5, value: 50 },
      seed,
    ],
  },
  {
    id: 'point',
    height: 500,
    controls: [
      { name: 'angle', label: 'angle, degrees', min: 0, max: 360, step: 1, value: 300 },
      { name: 'distance', label: 'distance', min: 0, max: 2, step: 0.01, value: 1 },
      { name: 'height', label: 'height', min: -1, max: 1, step: 0.01, value: 0.6 },
      { name: 'exemplars', label: 'exemplars', min: 1, max: 12, step: 1, value: 4 },
      { name: 'surface', label: 'threshold surface of', options: ['none', ...toyModelNames], value: 'none' },
      { name: 'threshold', label: 'threshold', min: 0.1, max: 1, step: 0.05, value: 0.4 },
      seed,
    ],
  },
  {
    id: 'sparsity',
    height: 380,
    controls: [
      { name: 'model', label: 'model', options: ['LASSO', 'elastic net', 'OMP'], value: 'LASSO' },
      { name: 'multiple', label: 'λ / smallest useful λ', min: 1.2, max: 200, step: 0.2, value: 20 },
      { name: 'atoms', label: 'atoms of OMP', min: 1, max: 8, step: 1, value: 2 },
      { name: 'noise', label: 'noise', min: 0, max: 0.2, step: 0.01, value: 0 },
    ],
  },
  { id: 'mimicry', height: 360, start: 'Run the experiment', controls: [{ ...surface, value: 'nut' }] },
  {
    id: 'chain',
    height: 0,
    start: 'Run the method',
    controls: [
      surface,
      { name: 'defect', label: 'defect', options: ['good', ...defectNames], value: 'hole' },
      { name: 'exemplars', label: 'exemplars', min: 10, max: 400, step: 10, value: 200 },
    ],
  },
];
