/** Pixels of a BMP file: red, green and blue of each, from the top left, row by row. */
interface BmpImage {
  width: number;
  height: number;
  data: Uint8Array;
}

interface BmpHeader {
  width: number;
  height: number;
  /** Whether the first row of the file is the upper one. */
  isTopDown: boolean;
  bits: number;
  compression: number;
  /** Where the pixels begin. */
  offset: number;
  /** Where the palette begins, its colours, and bytes of one. */
  palette: { start: number; colours: number; bytes: number };
  /** Which bits of a pixel are red, green and blue, for 16 and 32 bits. */
  masks: readonly number[];
}

/** Lengths of the headers: OS/2 1 and 2, Windows 3, with masks, with masks and alpha, 4 and 5. */
const headerBytes = [12, 16, 64, 40, 52, 56, 108, 124];
const [plain, rle8, rle4, bitfields, alphaBitfields] = [0, 1, 2, 3, 6];
/** For each number of bits, the compressions that are read. */
const readable = new Map([
  [1, [plain]],
  [4, [plain, rle4]],
  [8, [plain, rle8]],
  [16, [plain, bitfields, alphaBitfields]],
  [24, [plain]],
  [32, [plain, bitfields, alphaBitfields]],
]);

/**
 * Decodes a BMP file of Windows or OS/2: 1, 4 and 8 bits with a palette, also run-length encoded, and 16, 24 and 32 bits, also with
 * masks. Alpha is dropped. Pixels that run-length encoding skips have the palette's first colour. Channels of fewer than 8 bits are scaled
 * by ⌊255 v / max⌋, as Pillow does. Time and memory grow with the pixels and the bytes, not with the size that a small file declares.
 *
 * @param largestPixelCount pixels above which a file is rejected
 * @returns RGB, 8 bits a channel
 * @throws Error when the header is invalid or of an unknown kind, or when pixels or colours are missing
 * @see Microsoft, Bitmap Storage: https://learn.microsoft.com/windows/win32/gdi/bitmap-storage
 */
export function decodeBmp(bytes: Uint8Array, largestPixelCount: number): BmpImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(view, largestPixelCount);
  const { width, height, bits, compression } = header;
  if (bits > 8) return { width, height, data: directColours(bytes, header) };
  const isRunLength = compression !== plain;
  const indices = isRunLength ? runLengthIndices(bytes, header) : packedIndices(bytes, header);
  return { width, height, data: paletteColours(indices, readPalette(bytes, header)) };
}

function readHeader(view: DataView, largestPixelCount: number): BmpHeader {
  const length = view.byteLength;
  const size = length >= 18 ? view.getUint32(14, true) : 0;
  if (length < 26 || length < 14 + size)
    throw new Error(`its BMP header is cut: the file has ${length} bytes only`);
  if (!headerBytes.includes(size))
    throw new Error(`its BMP header has ${size} bytes; expected one of ${headerBytes.join(', ')}`);
  const isCore = size === 12;
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const rows = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const height = Math.abs(rows);
  const declared = Math.abs(width) * height;
  if (width <= 0 || height === 0 || declared > largestPixelCount)
    throw new Error(`its header declares ${declared} pixels (${width}x${rows})`);
  const bits = view.getUint16(isCore ? 24 : 28, true);
  const compression = size > 16 ? view.getUint32(30, true) : plain;
  // OS/2 calls other compressions by these numbers.
  const isOs2 = size === 64 && compression >= bitfields;
  if (isOs2 || !readable.get(bits)?.includes(compression))
    throw new Error(
      `it has ${bits} bits a pixel with BMP compression ${compression}, which is not read: save it as PNG`,
    );
  const offset = view.getUint32(10, true);
  const hasOwnMasks = compression === bitfields || compression === alphaBitfields;
  const maskBytes = size === 40 && hasOwnMasks ? (compression === bitfields ? 12 : 16) : 0;
  const start = 14 + size + maskBytes;
  if (offset < start || offset >= length)
    throw new Error(`its pixels begin at byte ${offset}; expected ${start} to ${length - 1}`);
  const isRunLength = compression === rle8 || compression === rle4;
  // Two bytes are 255 pixels at most; the padding of the last row may be missing.
  const needed = isRunLength
    ? (2 * declared) / 255
    : rowBytes(width, bits) * (height - 1) + Math.ceil((width * bits) / 8);
  if (needed > length - offset)
    throw new Error(`its header declares ${width}x${height} pixels, which ${length} bytes cannot hold`);
  const bytes = isCore ? 3 : 4;
  const used = size >= 40 ? view.getUint32(46, true) : 0;
  const colours = Math.min(used || 2 ** bits, 2 ** bits, Math.floor((offset - start) / bytes));
  const masks = hasOwnMasks
    ? [54, 58, 62].map((at) => view.getUint32(at, true))
    : bits === 16
      ? [0x7c00, 0x3e0, 0x1f]
      : [0xff0000, 0xff00, 0xff];
  const palette = { start, colours, bytes };
  return { width, height, isTopDown: rows < 0, bits, compression, offset, palette, masks };
}

/** Bytes of a row; rows end at multiples of four. */
function rowBytes(width: number, bits: number): number {
  return Math.ceil((width * bits) / 32) * 4;
}

/** Where a row of the file is in the image. */
function rowOf(row: number, { height, isTopDown }: BmpHeader): number {
  return isTopDown ? row : height - 1 - row;
}

/** RGB of pixels with 16, 24 or 32 bits. */
function directColours(bytes: Uint8Array, header: BmpHeader): Uint8Array {
  const { width, height, bits, offset, masks } = header;
  const channels = masks.map((mask) => {
    // Its lowest bit; masks are unsigned.
    const unit = (mask & -mask) >>> 0;
    const max = mask / unit;
    if (mask === 0 || (max & (max + 1)) !== 0)
      throw new Error(`its colour mask 0x${mask.toString(16)} is not a run of bits`);
    return { mask, unit, max };
  });
  const size = bits / 8;
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    let from = offset + row * rowBytes(width, bits);
    let at = rowOf(row, header) * width * 3;
    for (let column = 0; column < width; column++, from += size) {
      let pixel = bytes[from] | (bytes[from + 1] << 8);
      if (size > 2) pixel |= bytes[from + 2] << 16;
      if (size > 3) pixel |= bytes[from + 3] << 24;
      for (const { mask, unit, max } of channels)
        data[at++] = Math.floor(((((pixel & mask) >>> 0) / unit) * 255) / max);
    }
  }
  return data;
}

/** Palette indices of pixels with 1, 4 or 8 bits, the first in the highest bits. */
function packedIndices(bytes: Uint8Array, header: BmpHeader): Uint8Array {
  const { width, height, bits, offset } = header;
  const indices = new Uint8Array(width * height);
  const perByte = 8 / bits;
  const mask = 2 ** bits - 1;
  for (let row = 0; row < height; row++) {
    const from = offset + row * rowBytes(width, bits);
    const to = rowOf(row, header) * width;
    for (let column = 0; column < width; column++) {
      const shift = 8 - bits * ((column % perByte) + 1);
      indices[to + column] = (bytes[from + Math.floor(column / perByte)] >> shift) & mask;
    }
  }
  return indices;
}

/** Palette indices of run-length encoded pixels: runs, literal pixels, ends of rows, and jumps. */
function runLengthIndices(bytes: Uint8Array, header: BmpHeader): Uint8Array {
  const { width, height, bits } = header;
  const indices = new Uint8Array(width * height);
  let [from, column, row] = [header.offset, 0, 0];
  const put = (index: number) => {
    if (column < width) indices[rowOf(row, header) * width + column] = index;
    column++;
  };
  const nibble = (value: number, at: number) => (at % 2 === 0 ? value >> 4 : value & 15);
  while (row < height && !(row === height - 1 && column >= width)) {
    if (from + 1 >= bytes.length) throw new Error(`its pixels are cut in row ${row} of ${height}`);
    const [count, value] = [bytes[from], bytes[from + 1]];
    from += 2;
    if (count > 0) {
      for (let at = 0; at < count; at++) put(bits === 8 ? value : nibble(value, at));
    } else if (value === 0) {
      [column, row] = [0, row + 1];
    } else if (value === 1) {
      break;
    } else if (value === 2) {
      if (from + 1 >= bytes.length) throw new Error(`its pixels are cut in row ${row} of ${height}`);
      column += bytes[from];
      row += bytes[from + 1];
      from += 2;
    } else {
      const used = bits === 8 ? value : Math.ceil(value / 2);
      if (from + used > bytes.length) throw new Error(`its pixels are cut in row ${row} of ${height}`);
      for (let at = 0; at < value; at++)
        put(bits === 8 ? bytes[from + at] : nibble(bytes[from + (at >> 1)], at));
      // Literal pixels end at multiples of two bytes.
      from += used + (used % 2);
    }
  }
  return indices;
}

/** Red, green and blue of each colour; the file has them in reverse. */
function readPalette(bytes: Uint8Array, { palette: { start, colours, bytes: size } }: BmpHeader): Uint8Array {
  return Uint8Array.from(
    { length: colours * 3 },
    (_, at) => bytes[start + Math.floor(at / 3) * size + 2 - (at % 3)],
  );
}

function paletteColours(indices: Uint8Array, palette: Uint8Array): Uint8Array {
  const data = new Uint8Array(indices.length * 3);
  for (let pixel = 0, at = 0; pixel < indices.length; pixel++, at += 3) {
    const from = indices[pixel] * 3;
    if (from >= palette.length)
      throw new Error(`a pixel has colour ${indices[pixel]}, but its palette has ${palette.length / 3} only`);
    data[at] = palette[from];
    data[at + 1] = palette[from + 1];
    data[at + 2] = palette[from + 2];
  }
  return data;
}
