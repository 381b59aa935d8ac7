import sharp from 'sharp';

/** An input, what it must give, and how it is tried; the outcome is a description or the message of the error. */
export interface Hostile {
  input: string;
  outcome: RegExp;
  run(folder: string): Promise<string | number | object | void>;
}

/** A plain picture. */
export const grey = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 90, g: 120, b: 60 } } });
/** A picture of pseudo-random pixels. */
export const noise = (width: number, height: number) => {
  const data = Buffer.from(Array.from({ length: width * height * 3 }, (_, at) => (at * 7919) % 251));
  return sharp(data, { raw: { width, height, channels: 3 } });
};
