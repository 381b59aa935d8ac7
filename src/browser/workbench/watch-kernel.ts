import type { Request } from '../../workbench/messages';

/** Milliseconds between two looks at the field, and after which a request should have been answered. */
const interval = 1000;
const patience = 10_000;

const lost =
  'The kernel that made this workbench is gone, as after a restart: run the cell again to use the controls.';
const silent =
  'The kernel has not answered for 10 seconds: it is busy, or was restarted; then run the cell again.';

/**
 * The hidden field that the kernel watches: puts requests into it, and tells when nobody reads it any more. A field whose kernel was
 * restarted is marked by the page or taken away.
 *
 * @param tell shows what there is to say in place of an answer
 */
export function watchKernel(id: string, element: HTMLElement, tell: (words: string) => void) {
  let [asked, askedAt, heardAt] = [0, 0, 0];
  let wasLive = false;
  const field = () => {
    const place = document.querySelector(`.spanlab-request-${id}`);
    const isDead = !place || place.closest('.jupyter-widgets-disconnected') !== null;
    return { place, input: isDead ? null : place.querySelector('input') };
  };
  setInterval(() => {
    if (!element.isConnected) return;
    const { place, input } = field();
    if (input) wasLive = true;
    else if (place || wasLive) return tell(lost);
    if (askedAt > heardAt && performance.now() - askedAt > patience) tell(silent);
  }, interval);
  return {
    /** Notes that the kernel has told something. */
    heard: () => void (heardAt = performance.now()),
    ask(request: Request): void {
      const { input } = field();
      if (!input) return tell(lost);
      askedAt = performance.now();
      input.value = JSON.stringify({ ...request, number: ++asked });
      input.dispatchEvent(new Event('change', { bubbles: true }));
    },
  };
}
