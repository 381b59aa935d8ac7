import type { PicturedExplanation } from '../../explanation/pictured-explanation';
import type { Figure } from '../../plots';

/** A test image in a report; pictures are data URLs. */
export interface ReportPicture {
  name: string;
  defect: string;
  score: number;
  image: string;
  /** The anomaly map as grey values over the category's range. */
  map: string;
  /** White where anomalous; absent where there is nothing to show. */
  mask?: string;
}

/** A category in a report. */
export interface ReportCategory {
  name: string;
  figures: readonly Figure[];
  /** Map values that are black and white in the pictures' maps. */
  range: readonly [number, number];
  threshold: number;
  pictures: readonly ReportPicture[];
  /** Explanations of the map's peak in the highest-scoring image of every kind of defect. */
  explanations: readonly PicturedExplanation[];
}

/** A table of texts; the last row may be the mean of the others. */
export interface ReportTable {
  head: readonly string[];
  rows: readonly (readonly string[])[];
  meanLast: boolean;
}

/** Everything that the report's script draws. */
export interface ReportData {
  table: ReportTable;
  notices: readonly string[];
  categories: readonly ReportCategory[];
  configuration: object;
}
