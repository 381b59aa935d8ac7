import { type Configuration, configurationCode, configurationFlagsOf } from '../configuration';
import type { Dataset, DatasetSource } from '../images';

/** A configuration on a data set as TypeScript and as a command line; both say where the data set is, where that is known. */
export function textsOf(
  { name, source }: Dataset,
  changes: Partial<Configuration>,
): { code: string; command: string } {
  const fit = `const detector = await fitDetector(dataset, ${configurationCode(changes)});`;
  const data = source ? sourceFlags(source) : ['--category', name];
  return {
    code: source ? `${sourceCode(source)}\n${fit}` : fit,
    command: ['npx spanlab run', ...data, ...configurationFlagsOf(changes)].map(quoted).join(' '),
  };
}

function sourceCode({ layout, root, category, trainFraction, places }: DatasetSource): string {
  const categories = category === undefined ? undefined : JSON.stringify([category]);
  const entries = Object.entries({
    root: root && JSON.stringify(root),
    categories,
    trainFraction,
    places: places && JSON.stringify(places),
  });
  const options = entries.flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]));
  const given = options.length > 0 ? `, { ${options.join(', ')} }` : '';
  return `const [dataset] = await openDatasets(${JSON.stringify(layout)}${given});`;
}

function sourceFlags({
  layout,
  root,
  category,
  trainFraction,
  places = { nominal: [] },
}: DatasetSource): string[] {
  const folders = Object.entries(places) as [string, readonly string[] | undefined][];
  return [
    ...['--dataset', layout],
    ...(root === undefined ? [] : ['--root', root]),
    ...(category === undefined ? [] : ['--category', category]),
    ...(trainFraction === undefined ? [] : ['--train-fraction', `${trainFraction}`]),
    ...folders.flatMap(([purpose, names = []]) => (names.length > 0 ? [`--${purpose}`, ...names] : [])),
  ];
}

/** A word of a command line as a POSIX shell takes it. */
function quoted(word: string, at: number): string {
  return at === 0 || /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
