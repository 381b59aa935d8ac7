/** A weights file that can be downloaded. */
export interface PublishedWeights {
  url: string;
  /** SHA-256 of the file, in hexadecimal. */
  sha256: string;
  /** Size of the file in MB (10^6 bytes), rounded up; a server that sends more is refused. */
  megabytes: number;
  licence: string;
}

const timm = 'https://huggingface.co/timm';

/** ImageNet weights in timm's naming, pinned by revision where one is known, and by checksum. */
export const publishedWeights = {
  resnet18: {
    url: `${timm}/resnet18.a1_in1k/resolve/491b427b45c94c7fb0e78b5474cc919aff584bbf/model.safetensors`,
    sha256: '80c49dee3da4822c009c5a7fe591e9223c5a2cfcf95a4067ca4dfb5a7b89c612',
    megabytes: 47,
    licence: 'Apache-2.0',
  },
  resnet34: {
    url: `${timm}/resnet34.a1_in1k/resolve/main/model.safetensors`,
    sha256: '829a220f9529d2b1ffdc8719d3273463001e0daf411eaf1916865d9db62c0ed2',
    megabytes: 88,
    licence: 'Apache-2.0',
  },
  resnet50: {
    url: `${timm}/resnet50.a1_in1k/resolve/main/model.safetensors`,
    sha256: '773525d5821de224f8f30c33377b7a795d7863e08522698200d3217d3f2a41bb',
    megabytes: 103,
    licence: 'Apache-2.0',
  },
  wide_resnet50_2: {
    url: `${timm}/wide_resnet50_2.tv_in1k/resolve/343c5fa59ca8a131e0cdf42144a641b36a0387c2/model.safetensors`,
    sha256: 'df6fb6c4824769769de18e14088475fd6ee94236849aa4e5d8022ba9d9a9a16c',
    megabytes: 276,
    licence: 'BSD-3-Clause',
  },
} as const satisfies Record<string, PublishedWeights>;

/** A network whose weights can be downloaded. */
export type PublishedName = keyof typeof publishedWeights;
