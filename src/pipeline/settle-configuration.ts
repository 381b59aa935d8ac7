import { type Configuration, type SizedConfiguration, sizedConfiguration } from '../configuration';
import { type Dataset, nominalShape, type NominalShape, samplesOf } from '../images';
import { rememberWhite } from './remember-white';

/** The values that a data set's nominal images decide in its configurations, each judged once: white, and the size where it is `auto`. */
export function settleConfigurations(dataset: Dataset) {
  const white = rememberWhite(dataset);
  let shape: Promise<NominalShape | undefined> | undefined;
  const shapeOf = () => (shape ??= nominalShape(samplesOf(dataset, 'train')));
  const sized = (configuration: Configuration) => sizedConfiguration(configuration, shapeOf);
  return {
    sized,
    async settled(
      given: Configuration,
    ): Promise<{ configuration: SizedConfiguration; notices: readonly string[] }> {
      const { configuration, notices } = await white(given);
      return { configuration: await sized(configuration), notices };
    },
  };
}
