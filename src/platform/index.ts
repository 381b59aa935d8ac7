/** Provides what the core needs from Node.js: importing this file is enough. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedWeights } from '../features';
import { bankFiles } from '../detector';
import {
  embeddedWeightsPath,
  encodeJpeg,
  encodePng,
  imageSize,
  loadSample,
  readSafetensors,
  sourceSamples,
  writeFileAtomically,
} from '../files';
import { pictureEncoder, sampleLoader, sizeReader, sourceReader } from '../images';
import { onnxRuntime, type OnnxRuntime, simdKernels, tensorflowBackend } from '../matrix';
import { readyTensorflow } from './tensorflow-backend';

simdKernels.provide(() => readFileSync(join(__dirname, '..', '..', 'dist', 'simd.wasm')));
// ONNX Runtime sends usage by default, and keeps an id in the home folder. It reads this when it loads. A thread's variables are a copy
// that native code does not see, so that it is set here, in the program's main thread, before a thread loads it.
process.env.ORT_DISABLE_TELEMETRY = '1';
onnxRuntime.provide(async () => (await import('onnxruntime-node')) as unknown as OnnxRuntime);
tensorflowBackend.provide(readyTensorflow);
sampleLoader.provide(loadSample);
sourceReader.provide(sourceSamples);
sizeReader.provide(imageSize);
pictureEncoder.provide({ png: encodePng, jpeg: encodeJpeg });
embeddedWeights.provide((name) => readSafetensors(embeddedWeightsPath(name)));
bankFiles.provide({ read: readSafetensors, write: writeFileAtomically });
