/** The formats that are decoded, in words. */
const accepted = 'PNG, JPEG, TIFF, WebP, GIF, AVIF or BMP';

/** Formats that are not decoded, by the bytes that their files begin with, or have at a place. */
const refused: readonly { name: string; at: number; bytes: RegExp }[] = [
  { name: 'HEIC', at: 4, bytes: /^ftyp(hei|hev|mif1|msf1)/ },
  { name: 'JPEG 2000', at: 0, bytes: /^(\0\0\0\x0cjP {2}|\xff\x4f\xff\x51)/ },
  { name: 'JPEG XL', at: 0, bytes: /^(\xff\x0a|\0\0\0\x0cJXL )/ },
  { name: 'DICOM', at: 128, bytes: /^DICM/ },
  { name: 'PGM, PPM or another Netpbm format', at: 0, bytes: /^P[1-7][\s#]/ },
  { name: 'PFM', at: 0, bytes: /^P[Ff]\s/ },
  { name: 'OpenEXR', at: 0, bytes: /^\x76\x2f\x31\x01/ },
  { name: 'FITS', at: 0, bytes: /^SIMPLE {2}=/ },
  { name: 'NumPy', at: 0, bytes: /^\x93NUMPY/ },
  { name: 'Photoshop', at: 0, bytes: /^8BPS/ },
  { name: 'PDF', at: 0, bytes: /^%PDF/ },
  { name: 'a zip archive', at: 0, bytes: /^PK\x03\x04/ },
  { name: 'a gzip archive', at: 0, bytes: /^\x1f\x8b/ },
  { name: 'AppleDouble, which macOS writes beside a file', at: 0, bytes: /^\0\x05\x16[\0\x07]/ },
  { name: 'a film', at: 4, bytes: /^(ftyp(isom|iso[2-9]|mp4|M4V|qt|avc1|3gp)|moov|mdat)/ },
  { name: 'a film', at: 0, bytes: /^(\x1a\x45\xdf\xa3|RIFF....AVI )/s },
];

/** AVIF files that begin with a general name list their formats after it. */
const avif = /^....ftyp.{4}.{0,4}.*?avi[fs]/s;

/**
 * Refuses a file whose content is of a format that is not decoded.
 *
 * @throws Error saying the format and which formats are decoded
 */
export function assertDecoded(bytes: Uint8Array): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 160)).toString('latin1');
  const known = refused.find((format) => format.bytes.test(text.slice(format.at)));
  if (!known || (known.name === 'HEIC' && avif.test(text.slice(0, 40)))) return;
  throw new Error(`it is ${known.name}; expected ${accepted}: save it as one of these`);
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
