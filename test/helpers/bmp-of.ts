/** A BMP of 24 or 32 bits, written from Microsoft's description, with RGB pixels from the top left. */
export function bmpOf(rgb: Uint8Array, width: number, height: number, bits: 24 | 32 = 24): Buffer {
  const size = bits / 8;
  const rowBytes = Math.ceil((width * size) / 4) * 4;
  const file = Buffer.alloc(54 + rowBytes * height);
  file.write('BM', 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(bits, 28);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      for (let channel = 0; channel < 3; channel++)
        file[54 + (height - 1 - row) * rowBytes + column * size + channel] =
          rgb[(row * width + column) * 3 + 2 - channel];
  return file;
}
