/** The schemas of the requests that clients may send; everything else is answered with an error. */
import {
  boolean,
  type GenericSchema,
  getDotPath,
  integer,
  looseObject,
  minValue,
  nullable,
  number,
  optional,
  pipe,
  record,
  safeParse,
  string,
  unknown,
} from 'valibot';

const cursor = pipe(number(), integer(), minValue(0));

const comm = looseObject({ comm_id: string(), data: optional(record(string(), unknown()), {}) });

const contents = {
  kernel_info_request: looseObject({}),
  execute_request: looseObject({
    code: string(),
    silent: optional(boolean(), false),
    store_history: optional(boolean()),
    stop_on_error: optional(boolean(), true),
    allow_stdin: optional(boolean(), true),
  }),
  complete_request: looseObject({ code: string(), cursor_pos: cursor }),
  inspect_request: looseObject({ code: string(), cursor_pos: cursor }),
  is_complete_request: looseObject({ code: string() }),
  comm_info_request: looseObject({ target_name: optional(nullable(string())) }),
  comm_open: comm,
  comm_msg: comm,
  comm_close: comm,
  history_request: looseObject({}),
  interrupt_request: looseObject({}),
  shutdown_request: looseObject({ restart: optional(boolean(), false) }),
  input_reply: looseObject({ value: string() }),
} satisfies Record<string, GenericSchema>;

/** A message's type that the kernel knows. */
export type RequestType = keyof typeof contents;

/** The content of a message of a type. */
type ContentOf<Type extends RequestType> =
  (typeof contents)[Type] extends GenericSchema<unknown, infer Content> ? Content : never;

export function isRequestType(type: string): type is RequestType {
  return Object.hasOwn(contents, type);
}

/**
 * Checks a message's content.
 *
 * @throws TypeError naming the field and what was expected
 */
export function parseContent<Type extends RequestType>(type: Type, content: unknown): ContentOf<Type> {
  const { success, output, issues } = safeParse(contents[type], content, { abortEarly: true });
  if (success) return output as ContentOf<Type>;
  const path = getDotPath(issues[0]);
  throw new TypeError(
    `${type}: ${path ?? 'content'} is ${issues[0].received}; expected ${issues[0].expected ?? issues[0].message}`,
  );
}
