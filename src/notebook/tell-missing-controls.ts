import type { KernelHost } from './host';

/** Says that controls have no effect under this kernel, and which one brings them. */
export function tellMissingControls({ display }: KernelHost): void {
  const missing = 'Controls that move this need the spanlab kernel: `npx spanlab install` registers it.';
  display({ 'text/markdown': missing, 'text/plain': missing });
}
