import { Command } from 'commander';
import { writeFileAtomically } from '../files';
import { compareFigure, comparePage, compareRuns, compareTable, loadRuns } from '../run';
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
        await writeFileAtomically(html, comparePage(table, compareFigure(runs)));
        console.log(`\npage  ${html}`);
      }
    });
}
