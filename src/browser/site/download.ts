import { make } from '../make';

/** Gives the person a file. */
export function download(name: string, content: Blob): void {
  const href = URL.createObjectURL(content);
  make('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
