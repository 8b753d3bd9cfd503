import { expect, test } from '@jest/globals';
import * as api from './index.js';

const none = undefined as never;

const calls: CallsWithOptions<typeof api, never, 'groupKFold'> = {
  bootstrapDistribution: (options) => api.bootstrapDistribution(none, none, options),
  bootstrapInterval: (options) => api.bootstrapInterval(none, none, options),
  groupKFold: (options) => api.groupKFold(none, options),
  labeledGroupKFold: (options) => api.labeledGroupKFold(none, none, options),
  rocBand: (options) => api.rocBand(none, none, options),
  rocCurve: (options) => api.rocCurve(none, none, options),
  simultaneousIntervals: (options) => api.simultaneousIntervals(none, none, options),
  stratifiedGroupKFold: (options) => api.stratifiedGroupKFold(none, none, options),
  stratifiedKFold: (options) => api.stratifiedKFold(none, options),
};

test.each(Object.entries(calls))('%s refuses an unknown option', async (name, call) => {
  await expect(call).toRefuseUnknownOptions(name);
});
