/** The workbench of a notebook: it asks the kernel through a hidden field. */
import type { Request } from '../../workbench/messages';
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
  known[id] ??= openWorkbench(askThrough(id));
  place.append(known[id].element);
};

/** A function that puts requests into the field that the kernel watches, and says whether it is there. */
function askThrough(id: string): (request: Request) => boolean {
  let asked = 0;
  return (request) => {
    const field = document.querySelector<HTMLInputElement>(`.spanlab-request-${id} input`);
    if (!field) return false;
    field.value = JSON.stringify({ ...request, number: ++asked });
    field.dispatchEvent(new Event('change', { bubbles: true }));
    return true;
  };
}
