import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { is, looseObject, string } from 'valibot';

/** A Jupyter message, protocol 5.3. */
export interface Message {
  identities: Buffer[];
  header: {
    msg_id: string;
    msg_type: string;
    session: string;
    username: string;
    date: string;
    version: string;
  };
  parent: Partial<Message['header']>;
  metadata: Record<string, unknown>;
  /** The content of an incoming message, not checked yet. */
  content: unknown;
  buffers: Buffer[];
}

/** The fields of a header that answers need. */
const headerSchema = looseObject({ msg_id: string(), msg_type: string(), session: string() });

const delimiter = Buffer.from('<IDS|MSG>');
export const protocolVersion = '5.3';

/**
 * Reads a message off the wire.
 *
 * @throws Error when it is malformed or its signature is not the key's
 */
export function decodeMessage(frames: Buffer[], key: string): Message {
  const split = frames.findIndex((frame) => frame.equals(delimiter));
  if (split < 0 || frames.length < split + 6)
    throw new Error('malformed message: no delimiter or too few frames');
  const [signature, ...rest] = frames.slice(split + 1);
  const signed = rest.slice(0, 4);
  if (key) {
    const expected = Buffer.from(sign(signed, key));
    if (expected.length !== signature.length || !timingSafeEqual(expected, signature)) {
      throw new Error('message with a wrong signature');
    }
  }
  const [header, parent, metadata, content] = signed.map((frame): unknown => JSON.parse(frame.toString()));
  if (!is(headerSchema, header))
    throw new Error('malformed message: its header has no msg_id, msg_type or session that are texts');
  return {
    identities: frames.slice(0, split),
    header: header as Message['header'],
    parent: objectOf(parent),
    metadata: objectOf(metadata),
    content,
    buffers: rest.slice(4),
  };
}

/** A message's frames, signed. */
export function encodeMessage(message: Message, key: string): Buffer[] {
  const parts = [message.header, message.parent, message.metadata, message.content];
  const frames = parts.map((part) => Buffer.from(JSON.stringify(part)));
  const signature = Buffer.from(key ? sign(frames, key) : '');
  return [...message.identities, delimiter, signature, ...frames, ...message.buffers];
}

/** A new message in answer to another. */
export function answer(
  parent: Partial<Message>,
  type: string,
  content: object,
  { metadata = {}, buffers = [] }: { metadata?: object; buffers?: Buffer[] } = {},
): Message {
  return {
    identities: parent.identities ?? [],
    header: {
      msg_id: randomUUID(),
      msg_type: type,
      session: parent.header?.session ?? '',
      username: 'kernel',
      date: new Date().toISOString(),
      version: protocolVersion,
    },
    parent: parent.header ?? {},
    metadata: metadata as Record<string, unknown>,
    content,
    buffers,
  };
}

/** The value where it is an object, else an empty one. */
function objectOf(value: unknown): Record<string, unknown> {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : {};
}

function sign(frames: Buffer[], key: string): string {
  const hmac = createHmac('sha256', key);
  for (const frame of frames) hmac.update(frame);
  return hmac.digest('hex');
}
