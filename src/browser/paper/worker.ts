/** The worker of the article: computes the content of its chapters, one after the other. */
import '../site/turns';
import { pictureEncoder, sourceReader } from '../../images';
import { encodePicture } from '../site/encode-picture';
import { provideKernels, provideNetwork } from '../site/engines';
import { chainChapter } from './chain-chapter';
import { mimicryChapter } from './mimicry-chapter';
import { pointChapter } from './point-chapter';
import type { Answer, Asked, Computation } from './protocol';
import { searchChapter } from './search-chapter';
import { sparsityChapter } from './sparsity-chapter';

const computations: Record<string, Computation> = {
  search: searchChapter,
  point: pointChapter,
  sparsity: sparsityChapter,
  mimicry: mimicryChapter,
  chain: chainChapter,
};

pictureEncoder.provide({
  png: (image) => encodePicture(image, { type: 'image/png' }),
  jpeg: (image) => encodePicture(image, { type: 'image/jpeg', quality: 0.9 }),
});
sourceReader.provide(async () => ({ type: 'uchar', largest: async () => 255 }));
const kernels = provideKernels();
/** The network is fetched when a chapter asks for it. */
let network: Promise<void> | undefined;
const needsNetwork = ['mimicry', 'chain'];
const tell = (answer: Answer) =>
  (self as unknown as { postMessage(answer: Answer): void }).postMessage(answer);

let last: Promise<unknown> = kernels;

self.addEventListener('message', ({ data: { id, chapter, values } }: MessageEvent<Asked>) => {
  const work = async () => {
    await kernels;
    if (needsNetwork.includes(chapter)) await (network ??= provideNetwork());
    const content = await computations[chapter](values, (words) => tell({ id, type: 'words', words }));
    tell({ id, type: 'content', content });
  };
  last = last.then(work, work).catch((error: Error) => tell({ id, type: 'failed', message: error.message }));
});
