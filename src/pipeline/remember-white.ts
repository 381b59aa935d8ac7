import { type Configuration, type JudgedWhite, judgeWhite } from '../detector';
import { type Dataset, samplesOf } from '../images';

/** Judges the white of a data set's nominal images once, for every configuration that says none. */
export function rememberWhite(dataset: Dataset): (configuration: Configuration) => Promise<JudgedWhite> {
  const judged = new Map<number | undefined, Promise<JudgedWhite>>();
  return async (configuration) => {
    const { white, black } = configuration;
    if (white !== undefined) return { configuration, notices: [] };
    if (!judged.has(black)) judged.set(black, judgeWhite(configuration, samplesOf(dataset, 'train')));
    const known = await judged.get(black)!.catch((error: Error) => {
      judged.delete(black);
      throw error;
    });
    const found = known.configuration.white;
    return found === undefined
      ? { configuration, notices: [] }
      : { configuration: { ...configuration, white: found }, notices: known.notices };
  };
}
