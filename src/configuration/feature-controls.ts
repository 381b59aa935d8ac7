import { type BackboneName, isEmbedded } from '../features';
import { type ImageSize, sidesOf } from '../images';
import type { Controls } from './control';
import { readSize, sizeText } from './text-forms';

/** The side of a square, or one of the sizes with the aspect ratio of the size to begin with, or of the nominal images. */
export const sizeControl: Controls<ImageSize | 'auto'> = {
  show(name, { base: { size, side }, autoSize = side }) {
    if (typeof size === 'number')
      return [{ name, kind: 'number', min: 64, max: 512, step: 32, default: size }];
    const { width, height } = sidesOf(size === 'auto' ? autoSize : size);
    const scaled = [0.5, 0.75, 1, 1.5, 2].map((scale) =>
      sizeText({ width: Math.round(width * scale), height: Math.round(height * scale) }),
    );
    const options = size === 'auto' ? ['auto', ...scaled] : scaled;
    return [{ name, kind: 'choice', options, default: sizeText(size) }];
  },
  read: (name, values) => readSize(String(values[name])),
};

/** Sets of scales; the one to begin with comes first. */
export const scaleChoice: Controls<readonly number[]> = {
  show(name, { base: { scales } }) {
    const sets = [scales, [1], [1, 0.7], [1, 0.5], [1, 0.7, 0.5]].map((set) => set.join(joined));
    return [{ name, kind: 'choice', options: [...new Set(sets)], default: sets[0] }];
  },
  read: (name, values) => String(values[name]).split(joined).map(Number),
};

const joined = ' + ';

const levelNames = ['fine texture', 'parts', 'large structures', 'the largest structures'];

/** The hierarchy levels that a backbone has. */
export function levelsOf(backbone: BackboneName): readonly number[] {
  return isEmbedded(backbone) || backbone === 'scattering' ? [1, 2, 3] : [1, 2, 3, 4];
}

/** A box for every level of the backbone. */
export const levelTicks: Controls<readonly number[]> = {
  show: (_name, { base }) =>
    [...new Set([...levelsOf(base.backbone), ...base.levels])].map((level) => ({
      ...{
        name: `level${level}`,
        label: `level ${level}`,
        kind: 'flag',
        default: base.levels.includes(level),
      },
      help: `Use hierarchy level ${level}: ${levelNames[level - 1]}.`,
    })),
  read: (_name, values) => [1, 2, 3, 4].filter((level) => values[`level${level}`]),
};
