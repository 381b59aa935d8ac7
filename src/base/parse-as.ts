import { type GenericSchema, getDotPath, type InferOutput, safeParse } from 'valibot';
import { shown } from './shown';

/**
 * Checks foreign data by a declared schema.
 *
 * @param what how errors name the value
 * @returns the value, typed
 * @throws RangeError naming the first field that does not fit, its value and what was expected
 */
export function parseAs<Schema extends GenericSchema>(
  schema: Schema,
  value: unknown,
  what: string,
): InferOutput<Schema> {
  const { success, output, issues } = safeParse(schema, value, { abortEarly: true });
  if (success) return output;
  const [issue] = issues;
  const path = getDotPath(issue);
  const known = `${what}${path ? `.${shown(path)}` : ''}`;
  if (issue.expected === 'never') throw new RangeError(`${known} is no known field; leave it out`);
  // Where a key is missing, valibot expects the key.
  const isMissing = issue.input === undefined && issue.expected?.startsWith('"');
  const expected = isMissing ? 'a value' : (issue.expected ?? issue.message);
  throw new RangeError(`${known} is ${shown(issue.input)}; expected ${expected}`);
}
