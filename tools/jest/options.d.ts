/** Types for the test in each package that everything with options refuses unknown ones. They need no import. */

type OptionalKey<P> = { [K in keyof P]-?: object extends Pick<P, K> ? K : never }[keyof P];

/** Whether a value is an object of which at least one property can be left out. */
type IsOptions<P> = P extends object
  ? P extends ArrayLike<unknown> | ((...args: never) => unknown)
    ? false
    : [OptionalKey<P>] extends [never]
      ? false
      : true
  : false;

/** Whether the last parameter can be such an object. */
type TakesOptions<Parameters extends readonly unknown[]> =
  Required<Parameters> extends readonly [...unknown[], infer Last] ? IsOptions<Last> : false;

type NameIfOptions<Name, Callable> = Callable extends abstract new (...args: infer P) => unknown
  ? true extends TakesOptions<P>
    ? Name
    : never
  : Callable extends (...args: infer P) => unknown
    ? true extends TakesOptions<P>
      ? Name
      : never
    : never;

type MethodsWithOptions<Owner extends string, Members> = {
  [K in keyof Members & string]: NameIfOptions<`${Owner}.${K}`, Members[K]>;
}[keyof Members & string];

/** Names of the functions, classes, static methods and methods that a module exports and that take options. */
type NamesWithOptions<Api> = {
  [K in keyof Api & string]: K extends `${string}Error`
    ? never
    : | NameIfOptions<K, Api[K]>
      | (Api[K] extends { prototype: infer Instance }
          ? MethodsWithOptions<K, Api[K]> | MethodsWithOptions<`${K}.prototype`, Instance>
          : never);
}[keyof Api & string];

/**
 * One call per name that a module exports and that takes options. The compiler refuses a table that lacks one.
 *
 * @typeParam Not - names whose last parameter has optional properties but is data, or is checked by another test
 * @typeParam Also - names whose options are all required
 */
type CallsWithOptions<Api, Not extends NamesWithOptions<Api> = never, Also extends keyof Api = never> = Record<
  Exclude<NamesWithOptions<Api>, Not> | Also,
  (options: never) => unknown
>;
