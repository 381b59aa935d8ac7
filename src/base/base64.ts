/** Bytes that are turned into characters at a time: a call takes no more arguments than an engine allows. */
const chunk = 0x8000;

/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let from = 0; from < bytes.length; from += chunk)
    parts.push(String.fromCharCode(...bytes.subarray(from, from + chunk)));
  return btoa(parts.join(''));
}
