const reloaded = 'spanlab-reloaded';

/**
 * Lets a service worker keep the page's files. On a host that does not send the headers that threads need, the page is loaded once
 * more, from the service worker, which sends them; not where the page is in use.
 *
 * @returns whether the page opens without a network from now on
 */
export async function keepOffline(isUnused: () => boolean): Promise<boolean> {
  if (!('serviceWorker' in navigator)) return false;
  try {
    await navigator.serviceWorker.register('service-worker.js', { type: 'module' });
    await navigator.serviceWorker.ready;
  } catch {
    // A private window may have none: the page works all the same while it is open.
    return false;
  }
  if (!self.crossOriginIsolated && isUnused() && !sessionStorage.getItem(reloaded)) {
    sessionStorage.setItem(reloaded, 'once');
    location.reload();
  }
  return true;
}
