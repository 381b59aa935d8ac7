import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import type { Outcome } from '../../kernels/spanlab/channel';
import { startCells } from '../helpers/cell-runner';
import { temporaryFolder } from '../helpers/temporary';

/** Places of an expression in a larger one, `_`. */
const expressions = [
  ...[
    '_',
    '(_)',
    '[_, 2].join()',
    '[...(_ + "ab")].length',
    '({ a: _ }).a',
    '({ [String(_)]: 3 })[1]',
    '({ ...{ b: _ } }).b',
  ],
  ...[
    '`t${_}u`',
    'String.raw`${_}`',
    'Math.max(Number(_), 0)',
    'Math.max(...[Number(_), 4])',
    'new Set([_]).size',
    '(log(0), _)',
  ],
  ...[
    'Number(_) + 1',
    '-(_)',
    'typeof (_)',
    'void (_)',
    '_ ? 1 : 2',
    'true ? _ : 0',
    'JSON.parse("null") ?? _',
    '_ && 5',
    '[7, 8][Number(_)]',
  ],
  ...[
    '({ a: { b: 4 } })?.["a"]?.[_ ? "b" : "c"]',
    '(await later(_))',
    '[1, 2].map((n) => n)[Number(_)]',
    'Number(_) in [1, 2]',
  ],
  ...[
    '(await (async () => _)())',
    '(await (async (v = 6) => v + (_))())',
    '(await (async () => { for (const v of [_]) return v; })())',
  ],
  ...[
    '(class { static [String(_)]() { return 9; } })[1]?.()',
    'new (class extends (await later(Array)) {})().length + Number(_)',
  ],
  ...['(({ a = 2 }) => a)({ a: _ })', '(([v]) => v)([_])', 'eval("_".length ? "3" : "")', 'this'],
  // A module may not wait in these.
  ...[
    '(() => _)()',
    '((v = _) => v)()',
    '(function () { return _; })()',
    '(function (v = _) { return v; })()',
    '({ m() { return _; } }).m()',
  ],
  ...[
    '({ get g() { return _; } }).g',
    '(class { static v = _ }).v',
    '(class { static v; static { this.v = _; } }).v',
    '[...(function* () { yield _; })()].length',
  ],
];

/** Places of an expression in statements, `_`. */
const statements = [
  ...[
    '_;',
    'log(_);',
    'const v = _; log(v);',
    'let v; v = _; log(v);',
    'var v = _; log(v);',
    'const { a, b = 3 } = { a: _ }; log(a, b);',
  ],
  ...[
    'const [a = _] = []; log(a);',
    'let a; [a = _] = []; log(a);',
    'let o = { n: 1 }; o.n += Number(_); log(o.n);',
    'const w = {}; w[String(_)] = 1; log(w);',
  ],
  ...[
    'if (_) log("yes"); else log("no");',
    'if (true) { log(_); }',
    'if (false) {} else log(_);',
    '{ log(_); }',
    'mark: { log(_); break mark; }',
  ],
  ...[
    'for (let i = _; i < 2; i++) log(i);',
    'for (let i = 0; i < (_ ? 2 : 1); i++) log(i);',
    'for (let i = 0; i < 2; i += (_ ? 1 : 2)) log(i);',
  ],
  ...[
    'for (let i = 0; i < 1; i++) log(_);',
    'for (const v of [_, 2]) log(v);',
    'for (const v of [1, 2]) { if (v > 1) break; log(_); }',
    'for (const k in { x: _ }) log(k);',
  ],
  ...[
    'let n = 0; while (n++ < (_ ? 1 : 0)) log(n);',
    'let n = 0; do log(_); while (n++ < 1);',
    'let n = 0; do n++; while (n < (_ ? 2 : 3)); log(n);',
  ],
  ...[
    'switch (_) { default: log("other"); case 1: log("one"); }',
    'switch (1) { case _: log("case"); break; default: log("none"); }',
    'switch (1) { case 1: log(_); }',
  ],
  ...[
    'try { log(_); } catch {} finally { log("end"); }',
    'try { throw new Error("e"); } catch (error) { log(error.message, _); }',
    'try { throw _; } catch (thrown) { log(typeof thrown); }',
  ],
  ...[
    'try {} finally { log(_); }',
    'try { await Promise.reject(_); } catch (thrown) { log("rejected"); }',
    'outer: for (const v of [1, 2]) { for (;;) { log(_); continue outer; } }',
  ],
  ...[
    'for await (const v of numbers()) log(v, _);',
    'for await (const v of [later(_), 2]) log(v);',
    'for await (const [v] of [[_]]) log(v);',
    'let v; for await (v of numbers()); log(v, _);',
  ],
  ...[
    'mark: for await (const v of numbers()) { log(_); break mark; }',
    'if (true) for await (const v of numbers()) log(v, _);',
    '{ { for await (const v of numbers()) { log(v); } } }',
  ],
  ...[
    'export const v = _; log(v);',
    'export let v = _, u = 2; log(v, u);',
    'export var v = _; log(v);',
    'export const { a } = { a: _ }; log(a);',
    'export default _;',
    'export default [_, { a: 1 }].length;',
  ],
  ...[
    'const v = _; export { v }; log(v);',
    'export function f() { return 2; } log(f(), _);',
    'export async function f() { return _; } log(await f());',
    'export default class { static a = 1 } log(_);',
  ],
  ...[
    'export class C { [String(_)]() { return 4; } } log(new C()[1]?.());',
    'export async function* g() { yield _; } for await (const v of g()) log(v);',
    'class D extends (await later(_ ? Array : Set)) {} log(new D().length);',
  ],
  ...[
    'import fs from "node:fs"; log(typeof fs.readFileSync, _);',
    'import * as os from "node:os"; log(typeof os.cpus, _);',
    'const { sep } = await import("node:path"); log(sep, _);',
    'export * from "node:url"; log(_);',
  ],
];

const prelude = [
  'const later = async (value: any): Promise<any> => value;',
  'async function* numbers(): AsyncGenerator<any> { yield 1; yield 2; }',
  'const any = (value: any): any => value;',
  'const log = (...values: any) => console.log(String(JSON.stringify(values)));',
].join('\n');

/** Runs sources as ES modules of Node.js: what each prints, or that it is none. */
async function asModules(context: TestContext, sources: readonly string[]): Promise<(string | null)[]> {
  const folder = await temporaryFolder(context);
  const plain = prelude.replaceAll(/: (any|Promise<any>|AsyncGenerator<any>)/g, '').replaceAll('\n', ' ');
  await Promise.all(sources.map((source, at) => writeFile(join(folder, `${at}.mjs`), `${plain}${source}`)));
  const driver = `const answers = [];
    for (let at = 0; at < ${sources.length}; at++) {
      let printed = '';
      console.log = (...values) => void (printed += values.join(' ') + ' ');
      answers.push(await import('./' + at + '.mjs').then(() => printed, () => null));
    }
    process.stdout.write(JSON.stringify(answers));`;
  await writeFile(join(folder, 'driver.mjs'), driver);
  const { stdout } = await promisify(execFile)(process.execPath, ['driver.mjs'], { cwd: folder });
  return JSON.parse(stdout) as (string | null)[];
}

function tracebackOf(outcome: Outcome): string {
  return outcome.status === 'error' ? outcome.traceback.join('\n') : '';
}

test('a cell may wait and export wherever an ES module may, prints the same, and is refused where a module is', async (context) => {
  const fill = (outer: string, inner: string) => outer.replace(/(?<![\w$])_(?![\w$])/g, () => inner);
  const nested = fc
    .tuple(fc.constantFrom(...statements), fc.constantFrom(...expressions), fc.constantFrom(...expressions))
    .map(([statement, outer, inner]) =>
      fill(statement, `any(${fill(outer, `any(${fill(inner, '(await later(1))')})`)})`),
    );
  const sources = [
    ...statements.map((statement) => fill(statement, 'await later(1)')),
    ...expressions.map((expression) => `log(${fill(expression, '(await later(1))')});`),
    ...fc.sample(nested, 40),
  ];
  const expected = await asModules(context, sources);
  const { cell } = await startCells(context);
  await cell(`${prelude}\nlog(1);`);
  const wrong: string[] = [];
  for (const [at, source] of sources.entries()) {
    const { outcome, printed } = await cell(source);
    const words = tracebackOf(outcome);
    const did = outcome.status === 'error' ? null : printed.replaceAll('\n', ' ');
    if (did !== expected[at]) wrong.push(`${source}: ${did ?? words}, as a module ${expected[at]}`);
  }
  assert.deepEqual(wrong, []);
  assert.ok(expected.filter((one) => one === null).length > 8 && expected.filter((one) => one).length > 80);
});

const disposable = (name: string) =>
  `{ name: '${name}', [Symbol.dispose]() { console.log('${name} is gone'); } }`;

test('what a cell holds by `using` goes at the end of its block, in order, and its last expression is shown', async (context) => {
  const { cell } = await startCells(context);
  const known: [code: string, printed: string, result?: string][] = [
    [
      `using a = ${disposable('a')}; using b = ${disposable('b')}; a.name + b.name // the result`,
      'b is gone\na is gone\n',
      "'ab'",
    ],
    ['a.name', '', "'a'"],
    [`{ using c = ${disposable('c')}; console.log('in'); }\nconsole.log('out');`, 'in\nc is gone\nout\n'],
    [
      `for (using d of [${disposable('d')}, ${disposable('e')}]) console.log(d.name);`,
      'd\nd is gone\ne\ne is gone\n',
    ],
    [
      "await using f = { async [Symbol.asyncDispose]() { console.log('f is gone'); } };\nconsole.log('in');",
      'in\nf is gone\n',
    ],
    [`function held() { using g = ${disposable('g')}; return g.name; }\nheld()`, 'g is gone\n', "'g'"],
    ['using none = null;\n7;', '', '7'],
    ['8', '', '8'],
  ];
  for (const [code, printed, result] of known) {
    const { outcome, printed: text } = await cell(code);
    const data = outcome.status === 'ok' ? (outcome.result?.data as Record<string, string>) : undefined;
    assert.deepEqual([tracebackOf(outcome), text, data?.['text/plain']], ['', printed, result], code);
  }
  const { outcome, printed } = await cell(`using h = ${disposable('h')};\nthrow new Error('after h');`);
  assert.deepEqual(
    [printed, tracebackOf(outcome)],
    ['h is gone\n', 'Error: after h\n    at this cell, line 2'],
  );
});

test('the types of a cell know the methods of the language that this Node.js has', async (context) => {
  const { cell } = await startCells(context);
  const samples = {
    Array: '[1]',
    String: '"s"',
    Map: 'new Map()',
    Set: 'new Set()',
    Object: 'Object',
    RegExp: '/r/',
    Int8Array: 'new Int8Array(1)',
  };
  // Not in the language: older names, and what Node.js and V8 add.
  const unknown =
    /^(__|caller|arguments|constructor$|compile$)|^(substr|anchor|big|blink|bold|fixed|font|italics|link|small|strike|sub|sup|trimLeft|trimRight)/;
  const code = Object.entries(samples).flatMap(([name, sample]) => {
    const holder = (globalThis as unknown as Record<string, { prototype: object }>)[name];
    const names = Object.getOwnPropertyNames(sample === name ? holder : holder.prototype);
    const methods = names.filter((method) => /^[a-z]\w+$/i.test(method) && !unknown.test(method));
    return methods
      .filter((method) => method !== 'prototype' || sample !== name)
      .map((method) => `${sample}.${method};`);
  });
  assert.ok(code.length > 100);
  assert.equal(tracebackOf((await cell(code.join('\n'))).outcome), '');
  assert.match(
    tracebackOf((await cell('[1].noSuchMethod()')).outcome),
    /Property 'noSuchMethod' does not exist/,
  );
});

test('an error that nothing catches is told with the lines of its cell, below the cell, and ends nothing', async (context) => {
  const { cell } = await startCells(context);
  const { outcome, printed } = await cell(
    "const n = 1;\nfunction reject() {\n  return Promise.reject(new RangeError('late'));\n}\nreject();\nn",
  );
  assert.equal(outcome.status, 'ok');
  assert.equal(
    printed,
    'A promise was rejected, and nothing awaited it: RangeError: late\n    at reject (this cell, line 3)\n    at this cell, line 5\n',
  );
  assert.equal(
    (await cell('Promise.reject({ a: n }); 1')).printed,
    'A promise was rejected, and nothing awaited it: Thrown: { a: 1 }\n',
  );
  await cell("setTimeout(() => {\n  throw new Error('timer');\n}, 1);\n0");
  const later = await cell('await new Promise((done) => setTimeout(done, 100));\nn + 1');
  assert.match(
    later.printed,
    /^(An error that nothing caught: Error: timer\n {4}at Timeout\._onTimeout \((?:this cell|cell\d\.ts), line 2\)\n)?$/,
  );
  assert.equal(later.outcome.status, 'ok');
});

test("a cell reads the package's own files, and those of its folder", async (context) => {
  const cwd = await temporaryFolder(context);
  await writeFile(join(cwd, 'data.json'), '{ "a": 41 }');
  const { cell } = await startCells(context, { cwd });
  const shown = async (code: string) => {
    const { outcome } = await cell(code);
    return outcome.status === 'ok'
      ? (outcome.result?.data as Record<string, string>)['text/plain']
      : tracebackOf(outcome);
  };
  assert.equal(await shown("require('spanlab/package.json').name"), "'spanlab'");
  assert.equal(await shown("typeof require('spanlab/core').omp"), "'function'");
  assert.equal(await shown("import data from './data.json'; data.a + 1"), '42');
});
