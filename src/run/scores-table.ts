import type { ReportTable } from '../browser/report/report-data';
import type { CategorySummary } from './category-summary';

/** The columns of the table: their measure and its number of digits. */
const columns: readonly {
  head: string;
  digits: number;
  value: (category: CategorySummary) => number | undefined;
}[] = [
  { head: 'pixel AUROC', digits: 4, value: ({ pixel }) => pixel?.auroc },
  { head: 'AP', digits: 4, value: ({ pixel }) => pixel?.averagePrecision },
  { head: 'PRO', digits: 4, value: ({ pixel }) => pixel?.pro },
  { head: 'image AUROC', digits: 4, value: ({ image }) => image?.auroc },
  { head: 'image AP', digits: 4, value: ({ image }) => image?.averagePrecision },
  {
    head: 'exemplars',
    digits: 0,
    value: ({ banks }) => banks.reduce((sum, { exemplars }) => sum + exemplars.length, 0),
  },
  { head: 'bank MB', digits: 1, value: ({ bankBytes }) => bankBytes / 1e6 },
  { head: 'features ms', digits: 1, value: ({ timings }) => timings.featuresMilliseconds },
  { head: 'scoring ms', digits: 1, value: ({ timings }) => timings.scoringMilliseconds },
];

/** The scores of all categories as the rows of a table, with their mean last where there are several. */
export function scoresTable(categories: readonly CategorySummary[]): ReportTable {
  const format = (value: number | undefined, digits: number) => value?.toFixed(digits) ?? 'n/a';
  const rows = categories.map((category) => [
    category.name,
    category.size,
    ...columns.map(({ value, digits }) => format(value(category), digits)),
  ]);
  const head = ['category', 'size', ...columns.map((column) => column.head)];
  if (categories.length < 2) return { head, rows, meanLast: false };
  const means = columns.map(({ value, digits }) => {
    const known = categories.map(value).filter((number): number is number => number !== undefined);
    return format(
      known.length > 0 ? known.reduce((sum, number) => sum + number, 0) / known.length : undefined,
      digits,
    );
  });
  return { head, rows: [...rows, ['mean', '', ...means]], meanLast: true };
}
