/** Lets a service worker keep the page's files; says whether the page opens without a network from now on. */
export async function keepOffline(): Promise<boolean> {
  if (!('serviceWorker' in navigator)) return false;
  try {
    await navigator.serviceWorker.register('service-worker.js');
    await navigator.serviceWorker.ready;
    return true;
  } catch {
    // A private window may have none: the page works all the same while it is open.
    return false;
  }
}
