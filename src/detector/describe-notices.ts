import { groupPaths } from '../base';
import type { SampleNotice } from '../images';

/** A sentence for each notice: of how many images it is, and the first of them. */
export function describeNotices(notices: readonly SampleNotice[]): string[] {
  return groupPaths(notices.map(({ path, notice }) => ({ path, text: notice }))).map(
    ({ text, count, list }) => `${count} ${count === 1 ? 'image' : 'images'}: ${text}: ${list}`,
  );
}
