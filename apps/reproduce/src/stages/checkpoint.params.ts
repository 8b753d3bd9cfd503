import { z } from 'zod';

/** A model that was pretrained elsewhere: exactly one of `profile` and `asset`. */
export const pretrainedParams = z
  .strictObject({
    /** A profile that pretrains a model, as `<experiment>:<profile>`. */
    profile: z
      .string()
      .regex(/^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/, 'write it as <experiment>:<profile>')
      .optional(),
    /** The id of a published checkpoint in the catalog of packages/hub. */
    asset: z.string().optional(),
  })
  .refine(({ profile, asset }) => (profile === undefined) !== (asset === undefined), 'give either profile or asset');
export type PretrainedParams = z.infer<typeof pretrainedParams>;
