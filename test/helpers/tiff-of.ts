/** Sample formats of TIFF: unsigned, signed, floating point. */
const formats = { uint: 1, int: 2, float: 3 } as const;

/** A grey TIFF of one row, as baseline TIFF 6.0 lays it out. */
export function tiffOf({
  values,
  bits,
  format,
}: {
  values: readonly number[];
  bits: 8 | 16 | 32 | 64;
  format: keyof typeof formats;
}): Buffer {
  const bytes = bits / 8;
  const [start, entry] = [8 + bytes * values.length, 12];
  const tags: [number, 3 | 4, number][] = [
    [256, 4, values.length],
    [257, 4, 1],
    [258, 3, bits],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 8],
    [277, 3, 1],
    [278, 4, 1],
    [279, 4, bytes * values.length],
    [339, 3, formats[format]],
  ];
  const file = Buffer.alloc(start + 2 + entry * tags.length + 4);
  file.write('II');
  file.writeUInt16LE(42, 2);
  file.writeUInt32LE(start, 4);
  values.forEach((value, index) => {
    const at = 8 + bytes * index;
    if (format === 'float') file[bits === 32 ? 'writeFloatLE' : 'writeDoubleLE'](value, at);
    else if (format === 'int') file.writeIntLE(value, at, bytes);
    else file.writeUIntLE(value, at, bytes);
  });
  file.writeUInt16LE(tags.length, start);
  tags.forEach(([tag, type, value], index) => {
    const at = start + 2 + entry * index;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(1, at + 4);
    if (type === 3) file.writeUInt16LE(value, at + 8);
    else file.writeUInt32LE(value, at + 8);
  });
  return file;
}
