import type { OwnImage } from './protocol';

/** Adds files to a list; one whose name is taken gets a number, so that both are kept and can be told apart. */
export function withFiles(
  known: readonly OwnImage[],
  files: readonly File[],
  others: readonly OwnImage[],
): OwnImage[] {
  const taken = new Set([...known, ...others].map(({ name }) => name));
  const added = files.map((file) => {
    const path = file.webkitRelativePath || file.name || 'picture.png';
    const dot = path.lastIndexOf('.') > 0 ? path.lastIndexOf('.') : path.length;
    let name = path;
    for (let number = 2; taken.has(name); number++)
      name = `${path.slice(0, dot)} (${number})${path.slice(dot)}`;
    taken.add(name);
    return { name, file };
  });
  return [...known, ...added];
}

/** The files of a drop or a paste, those in folders too; only images by type or name. */
export async function filesOf(transfer: DataTransfer): Promise<File[]> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry?.()).filter(
    (entry) => entry !== null,
  );
  const files =
    entries.length > 0 ? (await Promise.all(entries.map(filesIn))).flat() : Array.from(transfer.files);
  return files.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

async function filesIn(entry: FileSystemEntry | undefined): Promise<File[]> {
  if (!entry) return [];
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return file.name.startsWith('.') ? [] : [file];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: FileSystemEntry[] = [];
  // A reader gives a hundred entries at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) break;
    inside.push(...some);
  }
  return (await Promise.all(inside.map(filesIn))).flat();
}
