import { fileNameOf } from '../base';
import type { Configuration } from '../detector';
import { photoUrl } from '../explanation';
import { type Sample, scaledTo, sidesOf, unknownDefect } from '../images';
import type { Pipeline } from '../pipeline';
import type { SampleMessage } from './messages';

/** Small pictures of samples; those that cannot be decoded say why. */
export async function thumbnails(
  pipeline: Pipeline,
  base: Configuration,
  samples: readonly Sample[],
): Promise<SampleMessage[]> {
  const { size, fit } = await pipeline.sized(base);
  const small = { ...base, size: scaledTo(sidesOf(size), 64), fit, resize: undefined };
  return Promise.all(
    samples.map(async (sample) => ({
      name: fileNameOf(sample.path),
      defect: sample.defect,
      isAnomalous: sample.label === 'anomalous',
      isUnlabelled: sample.defect === unknownDefect,
      ...(await pipeline.picture(small, sample).then(
        async ({ image }) => ({ thumbnail: await photoUrl(image) }),
        (error: Error) => ({ thumbnail: '', broken: error.message }),
      )),
    })),
  );
}

/** The first anomalous image that can be shown, or the first image of all. */
export function firstShown(samples: readonly SampleMessage[]): number {
  const shown = samples.findIndex(({ isAnomalous, broken }) => isAnomalous && broken === undefined);
  return shown >= 0
    ? shown
    : Math.max(
        0,
        samples.findIndex(({ broken }) => broken === undefined),
      );
}
