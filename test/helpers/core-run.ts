import {
  drawSynthetic,
  encode,
  fitDetector,
  omp,
  reconstruct,
  selectRows,
  subspaceSampling,
  toySubspaces,
} from '../../src/core';

/** Numbers of the toy and of a scattering detector, computed with the core alone. */
export async function runCore(): Promise<{
  rebuilt: number[];
  costs: number[];
  scores: number[];
  map: number[];
}> {
  const { features } = toySubspaces({ points: 60, noise: 0.01, seed: 2 });
  const { indices, costs } = await subspaceSampling(features, { exemplars: 3 });
  const dictionary = selectRows(features, indices);
  const rebuilt = await reconstruct(await encode(features, dictionary, omp({ atoms: 2 })), dictionary);

  const draw = (seed: number, defect?: 'stain') => drawSynthetic('nut', { seed, size: 64, defect }).image;
  const nominal = [0, 1, 2, 3, 4, 5].map((seed) => draw(seed));
  const detector = await fitDetector(nominal, { backbone: 'scattering', size: 64 });
  const scores: number[] = [];
  const map: number[] = [];
  for await (const scored of detector.score([draw(20), draw(21, 'stain')])) {
    scores.push(scored.score);
    map.push(...scored.map.data.filter((_, index) => index % 37 === 0));
  }
  await detector.dispose();
  return { rebuilt: Array.from(rebuilt.data), costs: Array.from(costs), scores, map };
}
