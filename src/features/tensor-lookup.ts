import type { Tensor, Weights } from '../matrix';

/** Takes a tensor by name after checking its shape; throws an Error that names both. */
type TensorLookup = (name: string, shape: readonly number[]) => Tensor;

/**
 * A checked look-up of a network's tensors in a weights file.
 *
 * @param network how errors name the network
 * @returns a function that throws an Error when a tensor is missing or has another shape
 */
export function tensorLookup(weights: Weights, network: string): TensorLookup {
  return (name, shape) => {
    const tensor = weights.tensors.get(name);
    if (!tensor) {
      const some = [...weights.tensors.keys()].slice(0, 4).join(', ');
      throw new Error(
        `${weights.source}: no tensor ${name}, which ${network} needs (the file has ${some}, ...); give weights of ${network} or name the network that these belong to`,
      );
    }
    if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis])) {
      throw new Error(
        `${weights.source}: tensor ${name} has shape [${tensor.shape}]; ${network} needs [${shape}]: these are weights of another network`,
      );
    }
    return tensor;
  };
}
