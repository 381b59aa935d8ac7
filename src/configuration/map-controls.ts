import { automatic, type Controls } from './control';
import { levelTicks } from './feature-controls';
import { usualMapSize } from './map-defaults';

/** The default of the backbone and the image size, or a side. */
export const mapSizeChoice: Controls<number> = {
  follows: ['size'],
  show(name, { base: { backbone, size, mapSize } }) {
    const usual = mapSize === usualMapSize(backbone, size);
    const sides = [...new Set([56, 112, 128, 224, 256, 320, 384, 512, mapSize])].sort((a, b) => a - b);
    return [
      {
        ...{ name, kind: 'choice', options: [automatic, ...sides.map(String)] },
        default: usual ? automatic : `${mapSize}`,
      },
    ];
  },
  read: (name, values) => (values[name] === automatic ? undefined : Number(values[name])),
};

/** The weight of every level of the backbone. */
export const weightSliders: Controls<readonly number[]> = {
  follows: ['levels', 'concatenate'],
  show: (_name, { base }) =>
    levelTicks.show('levels', { base, nominal: 1 }).map((_tick, at) => {
      const level = at + 1;
      const own = base.concatenate ? undefined : base.levelWeights?.[base.levels.indexOf(level)];
      return {
        ...{ name: `weight${level}`, label: `weight of level ${level}`, kind: 'number' },
        ...{ min: 0, max: 3, step: 0.05, default: own ?? 1 },
        help: `How much the residuals of level ${level} count in the anomaly map.`,
        unused: ({ levels }) => (levels.includes(level) ? undefined : 'the level is not used'),
      };
    }),
  read(_name, values, { levels, concatenate }) {
    const weights = levels.map((level) => values[`weight${level}`] as number);
    return concatenate || levels.length === 1 || weights.every((weight) => weight === 1)
      ? undefined
      : weights;
  },
};
