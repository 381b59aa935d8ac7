import type { LongWork } from '../base';
import type { SampleNotice, SkippedSample } from '../images';

/** Parameters of {@link Detector.score}. */
export interface ScoreOptions extends LongWork {
  /** Called for an image that cannot be decoded; without it the iteration throws. */
  onSkip?: (skipped: SkippedSample) => void;
  /** Called for what the user should know of an image, such as samples beyond white. */
  onNotice?: (notice: SampleNotice) => void;
}
