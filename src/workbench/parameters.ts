import type { Configuration } from '../detector';
import { type GranularityName, residualMetricNames, samplerNames } from '../reconstruction';
import { type SolverName, solverNames } from '../subspace';

/** The value of a control. */
export type ParameterValue = number | string | boolean;

/** Values by parameter. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** A control of the workbench, and what it does. */
export interface Parameter {
  name: string;
  label: string;
  group: string;
  /** What the parameter does, in a sentence or two. */
  help: string;
  kind: 'choice' | 'number' | 'flag';
  options?: readonly string[];
  min?: number;
  max?: number;
  step?: number;
  /** Whether the slider moves in equal factors. */
  isLogarithmic?: boolean;
  default: ParameterValue;
  /** Why it has no effect now; absent where it has one. */
  unused?: string;
}

/** The choice that leaves a parameter to the configuration's default. */
export const automatic = 'default';
/** Granularities by the choice that names them. */
export const fusions: Record<string, readonly GranularityName[]> = {
  'image + patch': ['image', 'patch'],
  image: ['image'],
  patch: ['patch'],
  position: ['position'],
  direction: ['direction'],
};

/** What the parameters are about: a configuration to begin with, and the data. */
export interface ParameterContext {
  base: Configuration;
  /** Nominal images of the data set. */
  nominal: number;
}

const groups = { features: 'Features', bank: 'Memory bank', model: 'Model', maps: 'Maps and scores' };

/** All controls, with what is unused for the given values. */
export function parametersOf(context: ParameterContext, values: ParameterValues): Parameter[] {
  const unused = unusedOf(values);
  return [
    ...featureParameters(context),
    ...bankParameters(context),
    ...modelParameters(context),
    ...mapParameters(context),
  ].map((parameter) => ({ ...parameter, unused: unused[parameter.name] }));
}

function featureParameters({ base }: ParameterContext): Parameter[] {
  const group = groups.features;
  const side = typeof base.size === 'number' ? base.size : base.size.width;
  const flags = [1, 2, 3].map((level): Parameter => ({
    ...{ name: `level${level}`, label: `level ${level}`, group, kind: 'flag' },
    default: base.levels.includes(level),
    help: `Use hierarchy level ${level}: ${['fine texture', 'parts', 'large structures'][level - 1]}.`,
  }));
  return [
    {
      ...{ name: 'size', label: 'image size', group, kind: 'number', min: 64, max: 512, step: 32 },
      default: side,
      help: 'Side to which images are scaled, in pixels. Small defects need large images; time grows with the square.',
    },
    ...flags,
    {
      ...{ name: 'neighbourhood', label: 'neighbourhood', group, kind: 'number', min: 1, max: 9, step: 2 },
      default: base.neighbourhood,
      help: 'Side of the square of positions that a patch feature averages. Larger ones forgive small shifts.',
    },
    {
      ...{ name: 'concatenate', label: 'concatenate levels', group, kind: 'flag' },
      default: base.concatenate,
      help: 'Bring all levels to the finest grid and model them together, as PatchCore does.',
    },
  ];
}

function bankParameters({ base, nominal }: ParameterContext): Parameter[] {
  const group = groups.bank;
  return [
    {
      ...{ name: 'granularity', label: 'granularity', group, kind: 'choice', options: Object.keys(fusions) },
      default: base.granularities.join(' + '),
      help: 'What one entry of the memory bank is: a whole image, a patch of any image, a position of all images, or a principal direction of patches.',
    },
    {
      ...{ name: 'patches', label: 'patch exemplars', group, kind: 'number', min: 10, max: 5000, step: 1 },
      isLogarithmic: true,
      default: base.patches ?? 1500,
      help: 'Patches that the memory bank keeps.',
    },
    {
      ...{
        name: 'exemplars',
        label: 'image exemplars',
        group,
        kind: 'number',
        min: 1,
        max: nominal,
        step: 1,
      },
      default: Math.min(nominal, base.exemplars ?? nominal),
      help: 'Nominal images that the memory bank keeps, for the granularities image and position.',
    },
    {
      ...{ name: 'sampler', label: 'sampler', group, kind: 'choice', options: [automatic, ...samplerNames] },
      default: base.sampler ?? automatic,
      help: 'How exemplars are chosen: those that the others cannot represent (subspace), that are far from the others (kCenter), or any.',
    },
    {
      ...{ name: 'lambda', label: 'λ of the sampling', group, kind: 'number', min: 2, max: 500, step: 1 },
      isLogarithmic: true,
      default: base.lambda,
      help: 'How much an error of representation weighs beside the sum of coefficients, in subspace sampling.',
    },
    {
      ...{ name: 'seed', label: 'seed', group, kind: 'number', min: 0, max: 20, step: 1 },
      default: base.seed,
      help: 'Where a search starts, and what random sampling draws.',
    },
  ];
}

function modelParameters({ base }: ParameterContext): Parameter[] {
  const group = groups.model;
  const number = (
    name: string,
    [min, max, step]: readonly [number, number, number],
    own: Pick<Parameter, 'label' | 'default' | 'help' | 'isLogarithmic'>,
  ): Parameter => ({ name, group, kind: 'number', min, max, step, ...own });
  const { atoms, multiple, mu, penalty, neighbours } = { ...solverDefaults, ...base.solver };
  return [
    {
      ...{ name: 'solver', label: 'solver', group, kind: 'choice', options: [automatic, ...solverNames] },
      default: base.solver?.name ?? automatic,
      help: 'How a feature is rebuilt from exemplars. The default is ridge for whole images, and ridge on the nearest exemplars for patches.',
    },
    number('neighbours', [1, 64, 1], {
      ...{ label: 'nearest exemplars', default: neighbours, isLogarithmic: true },
      help: 'localRidge: exemplars that may rebuild a feature. Many of them rebuild defects, too.',
    }),
    number('penalty', [1e-6, 1, 1e-6], {
      ...{ label: 'ridge penalty', default: penalty, isLogarithmic: true },
      help: "ridge, localRidge: weight of the coefficients, as a fraction of the exemplars' mean squared norm.",
    }),
    number('atoms', [1, 40, 1], {
      ...{ label: 'atoms', default: atoms },
      help: 'omp: exemplars in a combination, at most.',
    }),
    number('multiple', [1.1, 500, 0.1], {
      ...{ label: 'λ of the solver', default: multiple, isLogarithmic: true },
      help: 'lasso, elasticNet: λ in multiples of the smallest one that gives a coefficient. Large values allow many.',
    }),
    number('mu', [0.05, 1, 0.05], {
      ...{ label: 'l1 fraction', default: mu },
      help: 'elasticNet: 1 is the LASSO; small values spread a feature over many exemplars.',
    }),
    {
      ...{ name: 'unitNorm', label: 'unit norm', group, kind: 'choice', options: [automatic, 'on', 'off'] },
      default: base.unitNorm === undefined ? automatic : base.unitNorm ? 'on' : 'off',
      help: 'Scale every feature to length 1, so that only its direction counts.',
    },
    {
      ...{ name: 'standardize', label: 'standardize channels', group, kind: 'flag' },
      default: base.standardize,
      help: 'Give every channel mean 0 and standard deviation 1 over the nominal features.',
    },
    {
      ...{ name: 'centre', label: 'remove the mean', group, kind: 'flag' },
      default: base.centre,
      help: 'Take the nominal mean away, so that affine instead of linear subspaces are modelled.',
    },
  ];
}

function mapParameters({ base }: ParameterContext): Parameter[] {
  const group = groups.maps;
  const weights = [1, 2, 3].map((level): Parameter => ({
    ...{ name: `weight${level}`, label: `weight of level ${level}`, group, kind: 'number' },
    ...{ min: 0, max: 3, step: 0.05, default: 1 },
    help: `How much the residuals of level ${level} count in the anomaly map.`,
  }));
  return [
    {
      ...{ name: 'metric', label: 'residual metric', group, kind: 'choice', options: residualMetricNames },
      default: base.metric,
      help: 'How large a residual is: its length, its length under the covariance of nominal residuals, or with its coefficients (energy).',
    },
    {
      ...{ name: 'shrinkage', label: 'shrinkage', group, kind: 'number', min: 0.01, max: 100, step: 0.01 },
      isLogarithmic: true,
      default: base.shrinkage,
      help: 'mahalanobis: what is added to the covariance, in mean variances. Large values approach the Euclidean length.',
    },
    ...weights,
    {
      ...{ name: 'sigma', label: 'smoothing', group, kind: 'number', min: 0, max: 16, step: 0.25 },
      default: base.sigma,
      help: 'Standard deviation of the Gaussian that smooths the map, in map pixels.',
    },
    {
      ...{ name: 'topFraction', label: 'top fraction', group, kind: 'number', min: 1e-4, max: 1, step: 1e-4 },
      isLogarithmic: true,
      default: base.topFraction,
      help: "Fraction of a map's pixels, the largest ones, whose mean is the image score.",
    },
    {
      ...{ name: 'pixelFalseAlarms', label: 'pixel false alarms', group, kind: 'number' },
      ...{ min: 1e-5, max: 0.2, step: 1e-5, isLogarithmic: true, default: base.pixelFalseAlarms },
      help: 'Fraction of nominal pixels that the pixel threshold lets through as false alarms.',
    },
  ];
}

const solverDefaults = { atoms: 20, multiple: 20, mu: 0.9, penalty: 0.01, neighbours: 8 };

/** Solvers by the parameter that they have. */
export const usedBy: Record<string, readonly SolverName[]> = {
  neighbours: ['localRidge'],
  penalty: ['ridge', 'localRidge'],
  atoms: ['omp'],
  multiple: ['lasso', 'elasticNet'],
  mu: ['elasticNet'],
};

/** For every parameter without effect the reason. */
function unusedOf(values: ParameterValues): Record<string, string | undefined> {
  const granularities = fusions[values.granularity as string];
  const keepsImages = granularities.some((name) => name === 'image' || name === 'position');
  const reasons: Record<string, string | undefined> = {
    patches: granularities.includes('patch') ? undefined : 'no granularity keeps patches',
    exemplars: keepsImages ? undefined : 'no granularity keeps images',
    shrinkage: values.metric === 'mahalanobis' ? undefined : 'only the Mahalanobis metric has it',
    lambda:
      values.sampler === 'subspace' || (values.sampler === automatic && keepsImages)
        ? undefined
        : 'only subspace sampling has it',
  };
  for (const [name, solvers] of Object.entries(usedBy))
    if (!solvers.includes(values.solver as SolverName))
      reasons[name] = `only ${solvers.join(' and ')} ${solvers.length > 1 ? 'have' : 'has'} it`;
  for (const level of [1, 2, 3])
    if (!values[`level${level}`] || values.concatenate)
      reasons[`weight${level}`] = values.concatenate ? 'levels are concatenated' : 'the level is not used';
  return reasons;
}
