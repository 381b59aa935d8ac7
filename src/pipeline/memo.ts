/** Remembers results by key, as many as fit into its memory; those that were used longest ago are dropped first. */
export interface Memo {
  /**
   * The value of a key, made where it is not known. Callers that ask while it is being made wait for the same value; when the
   * one that makes it is aborted, the next one makes it again.
   *
   * @param bytes memory that a value takes
   */
  get<Value>(key: string, make: () => Promise<Value>, bytes: (value: Value) => number): Promise<Value>;
  /** Bytes of all values that are remembered. */
  readonly bytes: number;
}

interface Entry {
  value: unknown;
  bytes: number;
}

/**
 * An empty {@link Memo}.
 *
 * @param limit bytes of all values together; a value that alone is larger is given, and not remembered
 */
export function createMemo(limit: number): Memo {
  const known = new Map<string, Entry>();
  const making = new Map<string, Promise<unknown>>();
  let total = 0;
  const remember = (key: string, entry: Entry) => {
    known.set(key, entry);
    total += entry.bytes;
    for (const [oldest, { bytes }] of known) {
      if (total <= limit) break;
      known.delete(oldest);
      total -= bytes;
    }
  };
  return {
    get bytes() {
      return total;
    },
    async get<Value>(key: string, make: () => Promise<Value>, bytes: (value: Value) => number) {
      for (let other = making.get(key); other; other = making.get(key)) await other.catch(() => undefined);
      const entry = known.get(key);
      if (entry) {
        known.delete(key);
        known.set(key, entry);
        return entry.value as Value;
      }
      const made = make();
      making.set(key, made);
      try {
        const value = await made;
        remember(key, { value, bytes: bytes(value) });
        return value;
      } finally {
        making.delete(key);
      }
    },
  };
}
