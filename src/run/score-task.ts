import { array, boolean, object, optional, picklist, strictObject, string } from 'valibot';
import { parseAs, realSchema } from '../base';
import { type Detector, loadDetector } from '../detector';
import { type EngineName, engineNames } from '../features';
import { fileChecksum } from './file-checksum';

/** Images that a worker scores: all that another process needs. */
export interface ScoreTask {
  /** Absolute path of a memory bank. */
  bank: string;
  /** Of the bank's file. */
  bankSha256: string;
  /** Weights file of the backbone that the bank was fitted with. */
  weights?: string;
  engine?: EngineName;
  /** Absolute paths of the images. */
  images: string[];
}

/** The score of an image, as `spanlab score` prints it. */
export interface ScoreLine {
  path: string;
  score: number;
  /** Whether the score reaches the threshold. */
  anomalous: boolean;
  /** Fraction of the map that reaches the pixel threshold. */
  anomalousFraction: number;
}

/** What a worker tells of a task. */
export interface ScoreAnswer {
  scored: ScoreLine[];
  skipped: { path: string; reason: string }[];
  notices: { path: string; notice: string }[];
}

const taskSchema = strictObject({
  bank: string(),
  bankSha256: string(),
  weights: optional(string()),
  engine: optional(picklist(engineNames)),
  images: array(string()),
});

const answerSchema = object({
  scored: array(
    object({ path: string(), score: realSchema, anomalous: boolean(), anomalousFraction: realSchema }),
  ),
  skipped: array(object({ path: string(), reason: string() })),
  notices: array(object({ path: string(), notice: string() })),
});

/**
 * Checks a task that another machine sent.
 *
 * @throws RangeError naming the field, its value and what was expected
 */
export function parseScoreTask(value: unknown): ScoreTask {
  return parseAs(taskSchema, value, 'task');
}

/**
 * Checks what a worker answered to a task.
 *
 * @throws RangeError naming the field, its value and what was expected
 */
export function parseScoreAnswer(value: unknown): ScoreAnswer {
  return parseAs(answerSchema, value, 'answer');
}

/** The detector of the last task, since the next one mostly has the same. */
let loaded: { key: string; detector: Detector } | undefined;

/**
 * Scores a task's images; those that are broken are skipped and told.
 *
 * @throws Error when the bank is not the one that the task is for
 */
export async function runScoreTask({ images, ...source }: ScoreTask): Promise<ScoreAnswer> {
  const detector = await detectorOf(source);
  const answer: ScoreAnswer = { scored: [], skipped: [], notices: [] };
  const options = {
    onSkip: (skipped: ScoreAnswer['skipped'][number]) => void answer.skipped.push(skipped),
    onNotice: (notice: ScoreAnswer['notices'][number]) => void answer.notices.push(notice),
  };
  for await (const { path, score, isAnomalous: anomalous, anomalousFraction } of detector.score(
    images,
    options,
  ))
    answer.scored.push({ path, score, anomalous, anomalousFraction });
  return answer;
}

async function detectorOf(source: Omit<ScoreTask, 'images'>): Promise<Detector> {
  const key = JSON.stringify(source);
  if (loaded?.key === key) return loaded.detector;
  await loaded?.detector.dispose();
  loaded = undefined;
  const { bank, bankSha256, weights, engine } = source;
  const found = await fileChecksum(bank, 'the bank');
  if (found !== bankSha256)
    throw new Error(
      `${bank} has SHA-256 ${found}; the scoring began with ${bankSha256}: give every machine the same file`,
    );
  loaded = { key, detector: await loadDetector(bank, { weights, engine }) };
  return loaded.detector;
}
