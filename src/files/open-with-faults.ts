import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';

/** An opened image file, of which nothing but the header is read yet. */
interface OpenedImage {
  pipeline: Sharp;
  metadata: Metadata;
  /** The faults of the file in spite of which its pixels are whole. */
  notices: string[];
}

/**
 * Opens an image file that may have harmless faults. The library warns of a fault in the header (a text tag with a zero, a wrong JFIF version)
 * when it reads the header: the file is decoded once, and read if the pixels give no further warning. A JPEG without its end marker is read if
 * nothing but the marker is missing. Every other warning is an error.
 */
export async function openWithFaults(bytes: Uint8Array, options: SharpOptions): Promise<OpenedImage> {
  const strict = { ...options, failOn: 'warning' } as const;
  const ended = withEndMarker(bytes);
  const content = ended && (await faultIn(ended, new Set(), options)) === undefined ? ended : bytes;
  const { pipeline, warnings } = listen(content, strict);
  const metadata = await pipeline.metadata();
  const notices = [...warnings].map((warning) => `the file is read in spite of a fault: ${warning}`);
  if (content !== bytes) notices.push('the file is read in spite of a fault: its JPEG end marker is missing');
  if (warnings.size === 0) return { pipeline, metadata, notices };
  const fault = await faultIn(content, warnings, options);
  if (fault !== undefined) throw new Error(fault);
  return { pipeline: sharp(content, { ...options, failOn: 'error' }), metadata, notices };
}

/** A JPEG with an end marker, where it has none after its scan; of several scans nothing would say that one is missing. */
function withEndMarker(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || !hasOneScan(bytes)) return undefined;
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isEnded =
    content.lastIndexOf('ffd9', undefined, 'hex') > content.lastIndexOf('ffda', undefined, 'hex');
  return isEnded ? undefined : Buffer.concat([content, Buffer.of(0xff, 0xd9)]);
}

/** Whether the first scan of a JPEG has all components, and is not one of a progressive image. */
function hasOneScan(bytes: Uint8Array): boolean {
  let components = 0;
  for (
    let at = 2;
    at + 9 < bytes.length && bytes[at] === 0xff;
    at += 2 + bytes[at + 2] * 256 + bytes[at + 3]
  ) {
    const marker = bytes[at + 1];
    if (marker === 0xc0 || marker === 0xc1) components = bytes[at + 9];
    if (marker === 0xda) return components > 0 && bytes[at + 4] === components;
  }
  return false;
}

/** Why a file's pixels cannot be decoded without another warning than those that are known; undefined where they can. */
async function faultIn(
  bytes: Uint8Array,
  known: ReadonlySet<string>,
  options: SharpOptions,
): Promise<string | undefined> {
  const { pipeline, warnings } = listen(bytes, { ...options, failOn: known.size > 0 ? 'error' : 'warning' });
  try {
    await pipeline.raw().toBuffer();
  } catch (error) {
    const { message } = error as Error;
    return faultsOf(message).find((fault) => !known.has(fault)) ?? message;
  }
  return [...warnings].find((warning) => !known.has(warning));
}

/** A pipeline and what the library will warn of. */
function listen(
  bytes: Uint8Array,
  options: SharpOptions,
): { pipeline: Sharp; warnings: ReadonlySet<string> } {
  const warnings = new Set<string>();
  const pipeline = sharp(bytes, options);
  pipeline.on('warning', (message: string) => {
    for (const fault of faultsOf(message)) warnings.add(fault);
  });
  return { pipeline, warnings };
}

/** The faults that a message of the library tells, one a line. */
function faultsOf(message: string): string[] {
  return message
    .split('\n')
    .map((line) =>
      line
        .replace(/read gave \d+ warnings$/, '')
        .replace(/^Vips\w+: (Warning: )?/, '')
        .trim(),
    )
    .filter(Boolean);
}
