import { expect, test } from '@jest/globals';
import * as api from './index.js';

const calls: CallsWithOptions<typeof api> = {
  averageRoc: (options) => api.averageRoc([], options),
  confusionFigure: (spec) => api.confusionFigure(spec),
  intervalFigure: (spec) => api.intervalFigure(spec),
  lineFigure: (spec) => api.lineFigure(spec),
  rankedEffectsFigure: (spec) => api.rankedEffectsFigure(spec),
  reportPage: (spec) => api.reportPage(spec),
  rocFigure: (spec) => api.rocFigure(spec),
  scatterFigure: (spec) => api.scatterFigure(spec),
  sectionsPage: (spec) => api.sectionsPage(spec),
  toPng: (options) => api.toPng('', options),
  volcanoFigure: (spec) => api.volcanoFigure(spec),
};

test.each(Object.entries(calls))('%s refuses an unknown option', async (name, call) => {
  await expect(call).toRefuseUnknownOptions(name);
});
