import { integerIn } from '../../base';
import type { Tensor } from '../../matrix';
import type { Network, NetworkNode, NetworkOutput } from '../network';

/** Parameters of the scattering network. */
export interface ScatteringOptions {
  /** Number of filter orientations in [0, pi). Default 4. */
  orientations?: number;
  /** Number of hierarchy levels; level l has stride `2^(l+1)` and sees scales `2^0 .. 2^l`. Default 3. */
  levels?: number;
}

const wave = { size: 9, sigma: 1.6, slant: 0.75, frequency: (3 * Math.PI) / 4.5 };
const lowPass = { size: 5, sigma: 1.1 };

/** RGB to one luminance and two colour-opponent channels. */
const opponentColours = [0.299, 0.587, 0.114, 0.5, -0.5, 0, -0.25, -0.25, 0.5];

const pointwise = { stride: 1, padding: 0, groups: 1 } as const;

/**
 * A wavelet scattering network (Mallat, 2012; Bruna and Mallat, PAMI 2013): averages of the image (order 0), of the
 * modulus of its Morlet coefficients at several scales and orientations (order 1), and of the modulus of the Morlet
 * coefficients of those (order 2). It has no weights to download. It is run as a cascade: each octave is low-passed and
 * halved before the next octave's filters, so that all filters stay small.
 *
 * Level l is at stride `2^(l+1)` and holds order 0 and order 1 of the three colour-opponent channels, and order 2 of the
 * luminance, for scales `2^0 .. 2^l`.
 *
 * @throws RangeError when `orientations` is not an integer in [1, 16] or `levels` not one in [1, 4]
 */
export function scatteringNetwork({ orientations = 4, levels = 3 }: ScatteringOptions = {}): Network {
  integerIn({ orientations }, [1, 16]);
  integerIn({ levels }, [1, 4]);
  const nodes: NetworkNode[] = [];
  const channelsOf = new Map<string, number>();
  const { real, imaginary } = morletBank(orientations);
  const blur = gaussianFilter();

  const convolve = (name: string, input: string, weights: ArrayLike<number>, out: number, inputs: number) => {
    const weight = { shape: [out, inputs, 1, 1], data: Float32Array.from(weights) };
    nodes.push({ op: 'conv', name, input, weight, bias: new Float32Array(out), ...pointwise });
    channelsOf.set(name, out);
    return name;
  };
  const depthwise = (name: string, input: string, filters: Tensor, stride: number) => {
    nodes.push({ op: 'depthwise', name, input, filters, stride });
    channelsOf.set(name, channelsOf.get(input)! * filters.shape[0]);
    return name;
  };
  const modulus = (name: string, input: string) => {
    const parts = [depthwise(`${name}.re`, input, real, 1), depthwise(`${name}.im`, input, imaginary, 1)];
    nodes.push({ op: 'modulus', name, inputs: [parts[0], parts[1]] });
    channelsOf.set(name, channelsOf.get(parts[0])!);
    return name;
  };
  const halve = (input: string) => depthwise(`${input}.half`, input, blur, 2);
  const luminanceOnly = (name: string, input: string) => {
    const channels = channelsOf.get(input)!;
    return convolve(name, input, selection(channels / 3, channels), channels / 3, channels);
  };

  /** Maps at the octave's resolution, from order 0 to order 2, and the part that order 2 is made from. */
  let order0 = convolve('colours', 'image', opponentColours, 3, 3);
  channelsOf.set('colours', 3);
  let order1: string[] = [];
  let order1Luminance: string[] = [];
  let order2: string[] = [];
  const outputs: NetworkOutput[] = [];
  for (let octave = 0; octave <= levels; octave++) {
    const second = order1Luminance.map((input, scale) => modulus(`order2.${scale}.${octave}`, input));
    const first = modulus(`order1.${octave}`, order0);
    const firstLuminance = luminanceOnly(`order1.${octave}.luminance`, first);
    order0 = halve(order0);
    order1 = [...order1, first].map(halve);
    order1Luminance = [...order1Luminance, firstLuminance].map(halve);
    order2 = [...order2, ...second].map(halve);
    if (octave === 0) continue;
    const inputs = [order0, ...order1, ...order2];
    const node = `level${octave}.maps`;
    nodes.push({ op: 'concat', name: node, inputs });
    const channels = inputs.reduce((sum, input) => sum + channelsOf.get(input)!, 0);
    outputs.push({ level: octave, node, channels, stride: 2 ** (octave + 1), offset: 0 });
  }
  return { name: 'scattering', nodes, outputs };
}

/** A matrix that keeps the first `kept` of so many channels. */
function selection(kept: number, channels: number): Float32Array {
  const weights = new Float32Array(kept * channels);
  for (let channel = 0; channel < kept; channel++) weights[channel * channels + channel] = 1;
  return weights;
}

/** Real and imaginary parts of Morlet wavelets at equally spaced orientations, each `[orientations, size, size]`. */
function morletBank(orientations: number): { real: Tensor; imaginary: Tensor } {
  const { size, sigma, slant, frequency } = wave;
  const shape = [orientations, size, size];
  const real = new Float32Array(orientations * size * size);
  const imaginary = new Float32Array(orientations * size * size);
  const centre = (size - 1) / 2;
  for (let orientation = 0; orientation < orientations; orientation++) {
    const angle = (Math.PI * orientation) / orientations;
    const offset = orientation * size * size;
    let envelopeSum = 0;
    let waveSum = 0;
    const envelope = new Float64Array(size * size);
    const phase = new Float64Array(size * size);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const along = (x - centre) * Math.cos(angle) + (y - centre) * Math.sin(angle);
        const across = (y - centre) * Math.cos(angle) - (x - centre) * Math.sin(angle);
        const index = y * size + x;
        envelope[index] = Math.exp(-(along ** 2 + (slant * across) ** 2) / (2 * sigma ** 2));
        phase[index] = frequency * along;
        envelopeSum += envelope[index];
        waveSum += envelope[index] * Math.cos(phase[index]);
      }
    }
    for (let index = 0; index < size * size; index++) {
      real[offset + index] =
        (envelope[index] * (Math.cos(phase[index]) - waveSum / envelopeSum)) / envelopeSum;
      imaginary[offset + index] = (envelope[index] * Math.sin(phase[index])) / envelopeSum;
    }
  }
  return { real: { shape, data: real }, imaginary: { shape, data: imaginary } };
}

/** A Gaussian of sum 1, `[1, size, size]`. */
function gaussianFilter(): Tensor {
  const { size, sigma } = lowPass;
  const centre = (size - 1) / 2;
  const profile = Array.from({ length: size }, (_, index) =>
    Math.exp(-((index - centre) ** 2) / (2 * sigma ** 2)),
  );
  const sum = profile.reduce((total, value) => total + value, 0);
  const data = Float32Array.from({ length: size * size }, (_, index) => {
    return (profile[Math.floor(index / size)] * profile[index % size]) / sum ** 2;
  });
  return { shape: [1, size, size], data };
}
