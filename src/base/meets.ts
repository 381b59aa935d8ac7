import { type GenericSchema, number, pipe, rawCheck } from 'valibot';

/**
 * A number that a check of {@link numberIn}'s kind accepts, as a schema whose error has the check's words.
 *
 * @param check throws a RangeError that ends with `; expected ...`
 */
export function meets(check: (named: { value: number }) => unknown): GenericSchema<number> {
  return pipe(
    number(),
    rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      try {
        check({ value: dataset.value });
      } catch (error) {
        addIssue({ message: (error as Error).message.replace(/^.*?; expected /, '') });
      }
    }),
  );
}
