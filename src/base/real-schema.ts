import { finite, number, pipe } from 'valibot';

/** A finite number; JSON's `1e999` is none. */
export const realSchema = pipe(number(), finite());
