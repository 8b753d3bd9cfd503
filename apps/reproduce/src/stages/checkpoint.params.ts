import { z } from 'zod';

/** A model that is not pretrained in this profile; one of the two. */
export const pretrainedParams = z
  .strictObject({
    /** Another profile that pretrains, as `<experiment>:<profile>`. */
    profile: z
      .string()
      .regex(/^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/, 'write <experiment>:<profile>')
      .optional(),
    /** A published checkpoint, by its id in the catalog of packages/hub. */
    asset: z.string().optional(),
  })
  .refine(({ profile, asset }) => (profile === undefined) !== (asset === undefined), 'give either profile or asset');
export type PretrainedParams = z.infer<typeof pretrainedParams>;
