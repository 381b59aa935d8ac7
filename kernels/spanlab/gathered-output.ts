/** Milliseconds in which printed text is gathered, and characters that are sent at once. */
const interval = 50;
const chunk = 65_536;
/** Characters that a cell may print: more would exceed the rate limit of notebook servers, and help no reader. */
const mostPrinted = 2_500_000;

type StreamName = 'stdout' | 'stderr';

/**
 * Gathers printed text into few messages, in order. Text over a cell's limit is left out, and a line at the cell's end says so.
 *
 * @param publish sends a text of a stream
 */
export function gatherOutput(publish: (name: StreamName, text: string) => void) {
  let parts: string[] = [];
  let [length, printed, leftOut, last] = [0, 0, 0, 0];
  let stream: StreamName = 'stdout';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    last = performance.now();
    if (length === 0) return;
    const text = parts.join('');
    [parts, length] = [[], 0];
    publish(stream, text);
  };
  return {
    flush,
    write(name: StreamName, text: string): void {
      if (text.length === 0) return;
      const free = Math.max(0, mostPrinted - printed);
      leftOut += Math.max(0, text.length - free);
      const kept = text.length > free ? text.slice(0, free) : text;
      if (kept.length === 0) return;
      printed += kept.length;
      if (name !== stream) flush();
      stream = name;
      parts.push(kept);
      length += kept.length;
      // In a loop that never waits no timer fires, so the time is checked here.
      if (length >= chunk || performance.now() - last > interval) flush();
      else timer ??= setTimeout(flush, interval);
    },
    /** Sends the rest of a cell's output, and says how much was left out. */
    endCell(): void {
      flush();
      if (leftOut > 0)
        publish(
          'stderr',
          `\n[${leftOut} more characters were printed and are left out: a cell shows ${mostPrinted}; write long output to a file]\n`,
        );
      [printed, leftOut] = [0, 0];
    },
  };
}
