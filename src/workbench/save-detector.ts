import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Detector } from '../detector';

/**
 * Saves a detector in the working folder under the name of its data set, whole or not at all. A file that is there already stays:
 * the new one gets a number.
 *
 * @returns the path
 */
export async function saveDetector(detector: Detector, name: string): Promise<string> {
  const stem =
    name
      .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^\.+/, '')
      .slice(0, 60) || 'detector';
  let path = join(process.cwd(), `${stem}.safetensors`);
  for (let number = 2; existsSync(path); number++)
    path = join(process.cwd(), `${stem}-${number}.safetensors`);
  await detector.save(path);
  return path;
}
