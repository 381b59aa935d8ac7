import type { Dataset } from '../../images';
import type { NominalSplit } from './choose-training';
import { csv } from './csv';
import { folder } from './folder';
import { kolektorSdd, kolektorSdd2 } from './kolektor';
import { mtd } from './mtd';
import { btadCategory, listCategories, mvtecAd2Category, mvtecCategory } from './split-folders';
import { listVisaCategories, visaCategory, visaTable } from './visa';

/** How a layout of one data set is opened. */
interface SingleLayout {
  open(root: string, split: NominalSplit): Promise<Dataset>;
}

/** How a layout with categories is opened. */
interface CategoriesLayout {
  /** Names of the categories in the data set's folder. */
  list(root: string): Promise<string[]>;
  /** The entries that a folder must hold to be a category. */
  mark: string;
  /** Tables in the data set's folder that say its split. */
  tables?: readonly string[];
  openCategory(root: string, category: string, split: NominalSplit): Promise<Dataset>;
}

const split = { list: (root: string) => listCategories(root), mark: 'train/good' };

/** The layouts of folders that are known, by name; one file for each. */
export const layouts = {
  synthetic: { ...split, openCategory: mvtecCategory },
  mvtec: { ...split, openCategory: mvtecCategory },
  'mvtec-loco': { ...split, openCategory: mvtecCategory },
  'mvtec-ad2': { ...split, openCategory: mvtecAd2Category },
  mpdd: { ...split, openCategory: mvtecCategory },
  btad: { list: (root) => listCategories(root, 'ok'), mark: 'train/ok', openCategory: btadCategory },
  visa: {
    list: listVisaCategories,
    mark: 'Data/Images/Normal',
    tables: [visaTable],
    openCategory: visaCategory,
  },
  mtd: { open: mtd },
  'kolektor-sdd': { open: kolektorSdd },
  'kolektor-sdd2': { open: kolektorSdd2 },
  folder: { open: folder },
  csv: { open: csv },
} satisfies Record<string, SingleLayout | CategoriesLayout>;

/** The layout of that name. */
export function layoutOf(name: keyof typeof layouts): SingleLayout | CategoriesLayout {
  return layouts[name];
}
