import { expect, test } from '@jest/globals';
import * as api from './index.js';

test('the public surface', () => {
  expect(Object.keys(api).sort()).toEqual([
    'BadValueError',
    'EmptyFigureError',
    'GeneformerError',
    'RenderError',
    'ShapeMismatchError',
    'UnknownNameError',
    'averageRoc',
    'categories',
    'categoryColour',
    'confusionFigure',
    'intervalFigure',
    'lineFigure',
    'reportPage',
    'rocFigure',
    'scatterFigure',
    'toPng',
  ]);
});
