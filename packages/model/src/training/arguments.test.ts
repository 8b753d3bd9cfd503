import { describe, expect, test } from '@jest/globals';
import { finetuningDefaults, pretrainingDefaults, resolveArguments } from './arguments.js';

describe('training arguments', () => {
  test('have the published defaults', () => {
    expect(resolveArguments({}, pretrainingDefaults)).toMatchObject({
      learningRate: 1e-3,
      lrSchedulerType: 'linear',
      numTrainEpochs: 3,
      perDeviceTrainBatchSize: 12,
      weightDecay: 0.001,
      maxGradNorm: 1,
    });
    expect(resolveArguments({ learningRate: 1e-4 }, finetuningDefaults)).toMatchObject({
      learningRate: 1e-4,
      numTrainEpochs: 10,
    });
  });

  test('with an unknown name are refused, and the error lists the known ones', () => {
    const given = { learningrate: 1 } as object;
    expect(() => resolveArguments(given, pretrainingDefaults)).toThrow(
      /^learningrate: is not an argument; use one of learningRate/,
    );
  });

  test.each([
    [{ learningRate: 0 }, 'use a number above 0'],
    [{ learningRate: Number.NaN }, 'use a number of at least 0'],
    [{ maxSteps: 1.5 }, 'use a whole number'],
    [{ perDeviceTrainBatchSize: 0 }, 'use a whole number of at least 1'],
    [{ warmupRatio: 1 }, 'use a share below 1'],
    [{ weightDecay: -1 }, 'use a number of at least 0'],
  ])('%j is refused: %s', (given, message) => {
    expect(() => resolveArguments(given, pretrainingDefaults)).toThrow(message);
  });

  test('with an invalid switch or choice are refused', () => {
    const given = (wrong: object) => () => resolveArguments(wrong, finetuningDefaults);
    expect(given({ evalStrategy: 'no' })).toThrow('use one of steps, epoch');
    expect(given({ loadBestModelAtEnd: 1 })).toThrow('use one of true, false');
  });

  test('with an unknown schedule are refused, and the error lists the known ones', () => {
    const given = { lrSchedulerType: 'step' as 'linear' };
    expect(() => resolveArguments(given, pretrainingDefaults)).toThrow('use one of linear, cosine');
  });
});
