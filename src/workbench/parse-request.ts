import {
  array,
  boolean,
  type GenericSchema,
  integer,
  literal,
  maxValue,
  minValue,
  number,
  object,
  picklist,
  pipe,
  strictObject,
  variant,
} from 'valibot';
import { parseAs, realSchema } from '../base';
import type { Parameter } from '../configuration';
import type { Request } from './messages';

/** The samples, granularities and levels that a request of the page may name. */
interface Known {
  parameters: readonly Parameter[];
  /** Number of test samples. */
  samples: number;
}

/**
 * Reads a request of the page.
 *
 * @param text JSON
 * @throws RangeError naming the first field that does not fit, its value and what was expected; SyntaxError when it is no JSON
 */
export function parseRequest(text: string, { parameters, samples }: Known): Request {
  const values = strictObject(
    Object.fromEntries(parameters.map((parameter) => [parameter.name, valueSchema(parameter)])),
  );
  const image = pipe(number(), integer(), minValue(0), maxValue(samples - 1));
  const side = pipe(realSchema, minValue(0), maxValue(1));
  const place = object({ x: side, y: side, level: pipe(number(), integer(), minValue(0)) });
  const schema = variant('type', [
    object({ type: literal('show'), values, image }),
    object({ type: literal('explain'), values, image, place }),
    object({ type: literal('pin'), values: array(values) }),
    object({ type: literal('cancel') }),
    object({ type: literal('save'), values }),
  ]);
  return parseAs(schema, JSON.parse(text), 'request');
}

function valueSchema({ kind, options }: Parameter): GenericSchema<unknown, number | string | boolean> {
  if (kind === 'flag') return boolean();
  return kind === 'number' ? realSchema : picklist(options!);
}
