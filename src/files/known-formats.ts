/** The formats that are decoded, in words. */
const accepted = 'PNG, JPEG, TIFF, WebP, GIF, AVIF or BMP';

/** Formats that are not decoded, by what their files have at a place, in Latin-1. */
const refused: readonly { name: string; at: number; marks: readonly string[] }[] = [
  { name: 'HEIC', at: 4, marks: ['ftyphei', 'ftyphev', 'ftypmif1', 'ftypmsf1'] },
  { name: 'JPEG 2000', at: 0, marks: ['\0\0\0\x0cjP  ', '\xff\x4f\xff\x51'] },
  { name: 'JPEG XL', at: 0, marks: ['\xff\x0a', '\0\0\0\x0cJXL '] },
  { name: 'DICOM', at: 128, marks: ['DICM'] },
  { name: 'PGM, PPM or another Netpbm format', at: 0, marks: netpbm() },
  { name: 'OpenEXR', at: 0, marks: ['\x76\x2f\x31\x01'] },
  { name: 'FITS', at: 0, marks: ['SIMPLE  ='] },
  { name: 'NumPy', at: 0, marks: ['\x93NUMPY'] },
  { name: 'Photoshop', at: 0, marks: ['8BPS'] },
  { name: 'PDF', at: 0, marks: ['%PDF'] },
  { name: 'a zip archive', at: 0, marks: ['PK\x03\x04'] },
  { name: 'a gzip archive', at: 0, marks: ['\x1f\x8b'] },
  { name: 'AppleDouble, which macOS writes beside a file', at: 0, marks: ['\0\x05\x16\x07', '\0\x05\x16\0'] },
  {
    name: 'a film',
    at: 4,
    marks: ['ftypiso', 'ftypmp4', 'ftypM4V', 'ftypqt', 'ftypavc1', 'ftyp3gp', 'moov', 'mdat'],
  },
];

/** The first characters of Netpbm's files: P1 to P7, PF or Pf, and a space or a line's end. */
function netpbm(): string[] {
  return [...'1234567Ff'].flatMap((kind) => [' ', '\n', '\r', '\t'].map((end) => `P${kind}${end}`));
}

/**
 * Refuses a file whose content is of a format that is not decoded.
 *
 * @throws Error saying the format and which formats are decoded
 */
export function assertDecoded(bytes: Uint8Array): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 160)).toString('latin1');
  const known = refused.find(({ at, marks }) => marks.some((mark) => text.startsWith(mark, at)));
  // AVIF files that begin with a general name list their formats after it.
  const isAvif = known?.name === 'HEIC' && /avi[fs]/.test(text.slice(8, 40));
  if (known && !isAvif) throw new Error(`it is ${known.name}; expected ${accepted}: save it as one of these`);
}

/** The reason of a file of no known format, in words; others as they are. */
export function formatReason(reason: string): string {
  return /unsupported image format/.test(reason)
    ? `its content is of no known image format; expected ${accepted}`
    : reason;
}

/** The reason to refuse a format that the library knows. */
export function refusedFormat(format: string): string {
  return `its format is ${format}; expected ${accepted}`;
}
