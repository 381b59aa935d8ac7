export { factorise, gramOfLower, invertLower } from './cholesky';
export {
  activeAtomsAt,
  certify,
  coefficientsAt,
  descend,
  lastGap,
  objective,
  ownAt,
  prepareDescent,
} from './descent';
export { lowerDistances } from './distances';
export { localRidge } from './local-ridge';
export { omp } from './omp';
export { products } from './products';
export { addScatter } from './scatter';
