import '../../src/platform';
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRandom, type Random } from '../../src/base';
import { fitDetector, loadDetector } from '../../src/detector';
import { drawSynthetic } from '../../src/images';
import { temporaryFolder } from '../helpers/temporary';

/** Banks in all: 100,000 in `npm run test:long`. */
const total = process.env.SPANLAB_LONG ? 100_000 : 300;
const longestMessage = 1000;
const headerAt = 8;

/** Bytes changed, set to extremes, flipped, cut or put elsewhere; mostly in the header, where most of what can go wrong is said. */
function mutateBytes(original: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(original);
  const headerBytes = Number(bytes.readBigUInt64LE());
  const at = () => random.integer(random.integer(4) === 0 ? bytes.length : headerAt + headerBytes);
  for (let change = random.integer(4); change >= 0; change--) {
    const kind = random.integer(5);
    if (kind === 0) bytes[at()] = random.integer(256);
    if (kind === 1) bytes[at()] = random.integer(2) * 255;
    if (kind === 2) bytes[at()] ^= 1 << random.integer(8);
    if (kind === 3) bytes.copy(bytes, at(), at(), at());
    // Four bytes of a tensor become any single-precision number.
    if (kind === 4) {
      const word = Math.floor((bytes.length - headerAt - headerBytes) / 4);
      bytes.writeUInt32LE(random.integer(2 ** 32), headerAt + headerBytes + 4 * random.integer(word));
    }
  }
  return random.integer(20) === 0 ? bytes.subarray(0, at()) : bytes;
}

const words = ['0', '-1', '1e300', '1e-300', '5e-324', '99999999', 'null', '"x"', '[]', '{}', 'true', '4096'];

/** A number of the header's metadata becomes another value; the header keeps its length where the data can stay in place. */
function mutateNumber(original: Buffer, random: Random): Buffer {
  const end = headerAt + Number(original.readBigUInt64LE());
  const header = original.toString('utf8', headerAt, end).trimEnd();
  const numbers = [...header.matchAll(/(?<=[:[,])-?\d[\d.e+-]*(?=[,\]}])/g)];
  const chosen = numbers[random.integer(numbers.length)];
  const word = words[random.integer(words.length)];
  const escaped = word.replaceAll('"', '\\"');
  const changed = header.slice(0, chosen.index) + escaped + header.slice(chosen.index + chosen[0].length);
  const padded = Buffer.from(changed.padEnd(Math.ceil(changed.length / 8) * 8));
  const size = Buffer.alloc(headerAt);
  size.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([size, padded, original.subarray(end)]);
}

test(`each of ${total} mutated memory banks is refused in short, or gives finite maps and scores`, async (context) => {
  const path = join(await temporaryFolder(context), 'bank.safetensors');
  const nominal = [0, 1, 2, 3].map((seed) => drawSynthetic('nut', { seed, size: 32 }).image);
  const image = drawSynthetic('nut', { seed: 9, size: 32, defect: 'stain' }).image;
  const originals: Buffer[] = [];
  const ignore = { width: 32, height: 32, runs: [0, 128, 896] };
  for (const granularities of [['image', 'patch'], ['position'], ['place']] as const) {
    const own = { centre: granularities[0] === 'position', ...(granularities[0] === 'place' && { ignore }) };
    const changes = { size: 32, patches: 12, granularities, ...own };
    const fitted = await fitDetector(nominal, { backbone: 'scattering', ...changes });
    await fitted.save(path);
    await fitted.dispose();
    originals.push(await readFile(path));
  }
  const random = createRandom(11);
  const outcomes = { refused: 0, scored: 0 };
  for (let done = 0; done < total; done++) {
    const original = originals[random.integer(originals.length)];
    const mutate = random.integer(2) === 0 ? mutateBytes : mutateNumber;
    await writeFile(path, mutate(original, random));
    let detector;
    try {
      detector = await loadDetector(path);
      for await (const { score, map, anomalousFraction } of detector.score(image)) {
        assert.ok(Number.isFinite(score) && Number.isFinite(anomalousFraction), `bank ${done}: ${score}`);
        assert.ok(map.data.every(Number.isFinite), `bank ${done}`);
      }
      outcomes.scored++;
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      assert.ok(error instanceof Error, `bank ${done}`);
      assert.ok(
        error.message.length > 0 && error.message.length <= longestMessage,
        `bank ${done}: ${error.message}`,
      );
      assert.ok(!(error instanceof TypeError), `bank ${done}: ${error.stack}`);
      outcomes.refused++;
    } finally {
      await detector?.dispose();
    }
  }
  assert.ok(outcomes.refused > total / 10 && outcomes.scored > total / 10, JSON.stringify(outcomes));
  context.diagnostic(JSON.stringify(outcomes));
});
