import type { SampleMessage } from '../../workbench/messages';

/** The known properties of a sample. */
export type Label = 'nominal' | 'anomalous' | 'unlabelled';

export function labelOf({ isAnomalous, isUnlabelled }: SampleMessage): Label {
  if (isUnlabelled) return 'unlabelled';
  return isAnomalous ? 'anomalous' : 'nominal';
}

/** A sample in words: its kind of defect, where that is known, and its name. */
export function titleOf({ name, defect, isUnlabelled }: SampleMessage): string {
  return isUnlabelled ? name : `${defect} ${name}`;
}
