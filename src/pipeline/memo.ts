import { LRUCache } from 'lru-cache';

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

/**
 * An empty {@link Memo}.
 *
 * @param limit bytes of all values together; a value that alone is larger is given, and not remembered
 */
export function createMemo(limit: number): Memo {
  const known = new LRUCache<string, { value: unknown; bytes: number }>({
    maxSize: limit,
    // The cache counts in positive integers.
    sizeCalculation: ({ bytes }) => Math.max(1, Math.ceil(bytes)),
  });
  const making = new Map<string, Promise<unknown>>();
  return {
    get bytes() {
      return known.calculatedSize;
    },
    async get<Value>(key: string, make: () => Promise<Value>, bytes: (value: Value) => number) {
      for (let other = making.get(key); other; other = making.get(key)) await other.catch(() => undefined);
      const entry = known.get(key);
      if (entry) return entry.value as Value;
      const made = make();
      making.set(key, made);
      try {
        const value = await made;
        known.set(key, { value, bytes: bytes(value) });
        return value;
      } finally {
        making.delete(key);
      }
    },
  };
}
