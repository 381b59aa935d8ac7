import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { Command } from 'commander';
import { writeFileAtomically } from '../files';
import { compareFigure, comparePage, type ReportLink, compareRuns, compareTable, loadRuns } from '../run';
import { textTable } from './table';

/** `spanlab compare`. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('show runs side by side: the parameters that differ, and scores')
    .argument('<folders...>', 'folders that `spanlab run` and `spanlab sweep` wrote')
    .option('--html <file>', 'also write a page with the table and a figure')
    .action(async (folders: string[], { html }: { html?: string }) => {
      const runs = compareRuns(await loadRuns(folders));
      if (runs.length === 0) throw new Error(`${folders.join(', ')}: no run is done yet`);
      const table = compareTable(runs);
      console.log(textTable(table.head, table.rows));
      if (html) {
        await writeFileAtomically(
          html,
          await comparePage(table, compareFigure(runs), reportsOf(folders, html)),
        );
        console.log(`\npage  ${html}`);
      }
    });
}

/** Links from a page to the reports that lie in the folders of runs. */
function reportsOf(folders: readonly string[], page: string): ReportLink[] {
  return folders
    .map((name) => ({ name, report: join(name, 'report.html') }))
    .filter(({ report }) => existsSync(report))
    .map(({ name, report }) => ({ name, href: linkTo(relative(dirname(page), report)) }));
}

/** A relative path as a link, whatever its names contain. */
function linkTo(path: string): string {
  return path.split(sep).map(encodeURIComponent).join('/');
}
