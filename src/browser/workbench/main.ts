/** The workbench of a notebook: it asks the kernel through a hidden field, and says when none answers. */
import { watchKernel } from './watch-kernel';
import { openWorkbench, type Workbench } from './workbench';

declare global {
  interface Window {
    spanlabWorkbenches?: Record<string, Workbench>;
    spanlabOpenWorkbench?: (id: string, place: HTMLElement) => void;
  }
}

/** Puts a workbench into a place of the page; one that is there already is moved. */
window.spanlabOpenWorkbench = (id, place) => {
  const known = (window.spanlabWorkbenches ??= {});
  known[id] ??= openWorkbench((element, tell) => watchKernel(id, element, tell));
  place.append(known[id].element);
};
