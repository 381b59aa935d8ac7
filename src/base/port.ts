/** A place for something that the core needs and the machine it runs on provides. */
export interface Port<Value> {
  /** Fills the place; a later value replaces an earlier one. */
  provide(value: Value): void;
  /**
   * The value that was provided.
   *
   * @throws Error naming what is missing
   */
  get(): Value;
}

/**
 * Makes a {@link Port}. The core imports nothing of Node.js: files, decoders and engines come in through ports, which
 * `spanlab` fills on Node.js and a page fills in a browser.
 *
 * @param what the name of the missing thing in errors, e.g. `an image decoder`
 */
export function createPort<Value>(what: string): Port<Value> {
  let provided: { value: Value } | undefined;
  return {
    provide(value) {
      provided = { value };
    },
    get() {
      if (!provided)
        throw new Error(`${what} is needed here, and nothing provides it: import spanlab, or provide it`);
      return provided.value;
    },
  };
}
