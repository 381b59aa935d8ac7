import type { CategorySummary } from './category-summary';

/** Notices and skipped images of categories as lines; what is the same of several is said once, after their names. */
export function listNotices(
  categories: readonly Pick<CategorySummary, 'name' | 'notices' | 'skipped'>[],
): string[] {
  const names = new Map<string, string[]>();
  for (const { name, notices, skipped } of categories)
    for (const text of [...notices, ...skipped.map(({ reason }) => `skipped: ${reason}`)])
      names.set(text, [...(names.get(text) ?? []), name]);
  return Array.from(names, ([text, own]) => `${own.join(', ')}: ${text}`);
}
