import { describe, expect, test } from '@jest/globals';
import { finetuningDefaults, pretrainingDefaults, resolveArguments } from './arguments.js';

describe('training arguments', () => {
  test('have the published defaults', () => {
    expect(resolveArguments('Arguments', {}, pretrainingDefaults)).toMatchObject({
      learningRate: 1e-3,
      lrSchedulerType: 'linear',
      numTrainEpochs: 3,
      perDeviceTrainBatchSize: 12,
      weightDecay: 0.001,
      maxGradNorm: 1,
    });
    expect(resolveArguments('Arguments', { learningRate: 1e-4 }, finetuningDefaults)).toMatchObject({
      learningRate: 1e-4,
      numTrainEpochs: 10,
    });
  });

  test('with an unknown name are refused, and the error has the most similar one or lists all', () => {
    const resolve = (given: object) => () => resolveArguments('PretrainingArguments', given, pretrainingDefaults);
    expect(resolve({ learning_rate: 1 })).toThrow(
      'learning_rate: is not an option of PretrainingArguments; use learningRate',
    );
    expect(resolve({ freezeLayers: 1 })).toThrow(
      `freezeLayers: is not an option of PretrainingArguments; use one of ${Object.keys(pretrainingDefaults).join(', ')}`,
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
    expect(() => resolveArguments('Arguments', given, pretrainingDefaults)).toThrow(message);
  });

  test('with an invalid switch or choice are refused', () => {
    const given = (wrong: object) => () => resolveArguments('Arguments', wrong, finetuningDefaults);
    expect(given({ evalStrategy: 'no' })).toThrow('use one of steps, epoch');
    expect(given({ loadBestModelAtEnd: 1 })).toThrow('use one of true, false');
  });

  test('with an unknown schedule are refused, and the error lists the known ones', () => {
    const given = { lrSchedulerType: 'step' as 'linear' };
    expect(() => resolveArguments('Arguments', given, pretrainingDefaults)).toThrow('use one of linear, cosine');
  });
});
