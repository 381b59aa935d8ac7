import { join } from 'node:path';
import { Command } from 'commander';
import { download, type PublishedName, publishedWeights } from '../files';
import { showProgress } from './progress';

/** `spanlab fetch`. */
export function fetchCommand(signal: AbortSignal): Command {
  return new Command('fetch')
    .description(
      'download published ImageNet weights, checked by SHA-256; an interrupted download is resumed',
    )
    .argument('[name]', `one of ${Object.keys(publishedWeights).join(', ')}; without a name they are listed`)
    .option('--out <file>', 'where to write (default: weights/NAME.safetensors)')
    .option('--url <address>', 'another https address of the file')
    .option('--sha256 <hex>', "with --url: the file's checksum")
    .action(async (name: string | undefined, flags: { out?: string; url?: string; sha256?: string }) => {
      if (!name) {
        const given = Object.keys(flags).map((flag) => `--${flag}`);
        if (given.length > 0)
          throw new Error(
            `${given.join(', ')} given without a name, so that nothing would be fetched: name the weights`,
          );
        for (const [known, { url, licence }] of Object.entries(publishedWeights))
          console.log(`${known}  ${licence}  ${url}`);
        return;
      }
      const path = flags.out ?? join('weights', `${name}.safetensors`);
      const { url, sha256, largest } = sourceOf(name, flags);
      const { onProgress, end } = showProgress();
      await download(url, sha256, path, { onProgress, signal, largest }).finally(end);
      console.log(path);
    });
}

interface Source {
  url: string;
  sha256: string;
  /** Bytes at most; absent where the file is not a published one. */
  largest?: number;
}

function sourceOf(name: string, { url, sha256 }: { url?: string; sha256?: string }): Source {
  const known = Object.hasOwn(publishedWeights, name) ? publishedWeights[name as PublishedName] : undefined;
  if (url && sha256) return { url, sha256 };
  if (url && !known) throw new Error(`--url needs --sha256: what is downloaded must be checked`);
  if (!known)
    throw new Error(`no weights named ${name}; expected one of ${Object.keys(publishedWeights).join(', ')}`);
  // Another checksum means another file, of a size that nobody has published.
  if (sha256) return { url: known.url, sha256 };
  return { url: url ?? known.url, sha256: known.sha256, largest: known.megabytes * 1e6 };
}
