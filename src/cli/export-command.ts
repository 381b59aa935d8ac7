import { Command } from 'commander';
import { exportDetector, loadDetector, networkOf } from '../detector';
import { writeFileAtomically } from '../files';

/** `spanlab export`. */
export function exportCommand(): Command {
  return new Command('export')
    .description(
      'write a memory bank as one ONNX model: network, bank, anomaly map and score, for programs without spanlab',
    )
    .argument('<bank>', 'memory bank that `spanlab run --bank` wrote')
    .argument('<model>', 'ONNX file to write')
    .option('--weights <file>', 'safetensors file of the backbone that the bank was fitted with')
    .action(async (bank: string, model: string, { weights }: { weights?: string }) => {
      const detector = await loadDetector(bank, { weights });
      try {
        const { backbone } = detector.configuration;
        const network = await networkOf({ backbone, weights });
        await writeFileAtomically(model, await exportDetector(detector, network));
        console.log(model);
      } finally {
        await detector.dispose();
      }
    });
}
