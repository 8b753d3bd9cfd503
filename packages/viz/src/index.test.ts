import { expect, test } from '@jest/globals';
import * as api from './index.js';

test('exports the public API', () => {
  expect(Object.keys(api).sort()).toEqual([
    'BadValueError',
    'EmptyFigureError',
    'GeneformerError',
    'RenderError',
    'ShapeMismatchError',
    'UnknownNameError',
    'averageRoc',
    'categories',
    'categoryColor',
    'confusionFigure',
    'intervalFigure',
    'lineFigure',
    'rankedEffectsFigure',
    'reportPage',
    'rocFigure',
    'scatterFigure',
    'sectionsPage',
    'toPng',
    'volcanoFigure',
  ]);
});
